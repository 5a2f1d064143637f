"""The words that synthetic people are made of. Surnames, streets and places are such as nobody has."""

GIRLS = (
    "Ada", "Amara", "Asha", "Bea", "Chloe", "Dilys", "Ebony", "Elif", "Esme", "Faith", "Freya", "Grace", "Hana",
    "Imani", "Iris", "Jada", "Kezia", "Leila", "Lois", "Maya", "Mia", "Nadia", "Nell", "Olive", "Pearl", "Rosa",
    "Safiya", "Tess", "Uma", "Vera", "Willow", "Yasmin", "Zara", "Zofia",
)  # fmt: skip
BOYS = (
    "Abel", "Adil", "Arlo", "Ben", "Caleb", "Dara", "Dev", "Elias", "Emre", "Ezra", "Felix", "Gabriel", "Hamza", "Hugo",
    "Idris", "Isaac", "Jay", "Jonah", "Kofi", "Leo", "Luca", "Malik", "Milo", "Nathan", "Omar", "Otis", "Rafi",
    "Reuben", "Samir", "Theo", "Tomasz", "Umar", "Yusuf", "Zane",
)  # fmt: skip
WOMEN = (
    "Abena", "Agnes", "Ayse", "Bridget", "Dawn", "Denise", "Fatma", "Gloria", "Ines", "Joan", "Lena", "Nasreen", "Rita",
    "Sandra", "Wendy",
)  # fmt: skip
MEN = (
    "Alan", "Carl", "Errol", "Gareth", "Hasan", "Karim", "Marcus", "Oluwaseun", "Patrick", "Tariq", "Vikram",
)  # fmt: skip

_SURNAME_STARTS = (
    "Test", "Sample", "Mock", "Fable", "Sham", "Dummy", "Faux", "Pretend", "Made", "Proto", "Model", "Placehold",
    "Specimen", "Draft", "Stub", "Synth", "Figment", "Fiction", "Sketch", "Trial", "Demo", "Fake",
)  # fmt: skip
_SURNAME_ENDS = (
    "ton", "worth", "ley", "by", "ford", "ham", "wick", "combe", "field", "shaw", "stead", "well", "mere", "hurst",
    "thorpe", "bridge", "gate", "more", "wood", "side",
)  # fmt: skip
SURNAMES = tuple(start + end for start in _SURNAME_STARTS for end in _SURNAME_ENDS)

STREETS = ("Nowhere Road", "Invention Street", "Made-Up Mews", "Placeholder Place", "Fiction Lane", "Sample Square",
           "Pretend Parade", "Imaginary Gardens", "Mock Close", "Example Avenue")  # fmt: skip
TOWN = "Exampleton"
SCHOOLS = ("Exampleton Primary (synthetic)", "Nowhere Road School (synthetic)", "Sample Academy (synthetic)",
           "Fiction Lane College (synthetic)", "Placeholder Nursery (synthetic)")  # fmt: skip
POSTCODE_ENDS = "ABDEFGHJLNPQRSTUWXYZ"
"""The letters that the second half of a postcode may hold. Ours start with ZZ99, which no place has."""
