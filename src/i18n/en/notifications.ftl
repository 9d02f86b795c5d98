# Which e-mails the provider sends about a VPS.

notifications-title = Notifications
notifications-about = The e-mails that the provider sends about this VPS.
notifications-email = They go to
notifications-email-unknown = KiwiVM does not say where they go
notifications-none = KiwiVM lists no e-mails
notifications-none-about = There is nothing to choose for this VPS. Ask again later.
notifications-warns = These are warnings. While one is off, nobody is told.
notifications-sent = sent
notifications-not-sent = not sent
notifications-unknown = KiwiVM does not say whether it is sent; tick it to have it sent
notifications-changed = changed
notifications-silenced = Nobody will be warned of this any more
notifications-confirm = I know that nobody is warned of it by e-mail.
notifications-confirm-needed = Tick this too: warnings are being switched off.
notifications-nothing = Nothing was switched, so nothing was sent.
notifications-save = Save
