"""The mailer: sends what the story asks for, once as far as SMTP allows, and says what became of it."""
