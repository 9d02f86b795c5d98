# The second factor: showing it, adding it, losing it; and what is told about sign-ins.

sign-in-passkey = Sign in with a passkey

pending-title = Second factor
pending-about = The password of { $name } is right. Show that it is you.
pending-leave = Back to sign-in

proof-passkey = Use a passkey
proof-code = One-time code
proof-code-hint = Six digits from your authenticator app.
proof-submit = Continue
proof-recovery-other = Use a recovery code instead
proof-recovery = Recovery code
proof-recovery-hint = Each code works once.
proof-recovery-submit = Use this code
proof-wrong = That is not right, or it was used before.
proof-wait = Too many wrong tries. Wait { $wait }, or use another way.

factor-title = Second factor
factor-about = Whoever learns your password still cannot sign in without your phone, your passkey or a recovery code.
factor-signs-out = Adding one signs you out everywhere else.
factor-on = On
factor-off = Off
factor-set-up = Set up
factor-manage = Manage
factor-required = Everybody here must have a second factor
factor-required-how = Add an authenticator app or a passkey. Then the rest of the panel opens.
factor-last = This is your last second factor, and everybody here must have one. Add another first.

authenticator-title = Authenticator app
authenticator-about = An app on your phone shows a new code every 30 seconds. Any app for one-time codes will do.
authenticator-add = Add an authenticator app
authenticator-move = Move to another app
authenticator-remove = Remove the app
authenticator-scan = 1. Scan
authenticator-scan-how = Open the app, add an account, and point the camera at the picture.
authenticator-type = No camera? Type this key into the app:
authenticator-open = Open in an app on this phone
authenticator-copy = Copy the key
authenticator-confirm = 2. Confirm
authenticator-submit = Confirm and turn on
authenticator-wrong = This is not the app’s present code. Check that the clock of your phone is right, and type the newest code.

passkey-title = Passkeys
passkey-about = A fingerprint, a face, a PIN or a security key instead of name, password and code. A passkey cannot be guessed, and it works on no other site.
passkey-name = Name
passkey-name-hint = So that you know it again: “Laptop”, “Blue key”.
passkey-used = Last used
passkey-unused = not yet
passkey-add = Add a passkey
passkey-remove = Remove
passkey-refused = The passkey was not accepted. Try again.
passkey-stopped = The browser gave no passkey. Try again, or use another way.
passkey-needs-script = Passkeys need JavaScript.
passkey-unknown-here = This browser offers no passkeys here.
passkey-needs-address = Passkeys need a panel with a name and https: KIWIDECK_PUBLIC_URL.

recovery-title = Recovery codes
recovery-about = For the day your phone or passkey is gone. Each code works once, in the place of the second factor.
recovery-left =
    { $count ->
        [0] none left
        [one] one left
       *[other] { $count } left
    }
recovery-renew = Make new codes
recovery-once = These codes are shown only now
recovery-once-how = Print them or put them into a password manager, not beside your password.
recovery-renewed = All codes you had before no longer work.
recovery-copy = Copy all
recovery-download = Download
recovery-kept = I have kept them

settings-title = Settings
settings-about = What holds for everybody on this panel.
settings-factor = Everybody must have a second factor
settings-factor-about = Whoever has none adds one at the next page they open, and gets no further before that.
settings-factor-without =
    { $count ->
        [one] One person has none yet: { $names }
       *[other] { $count } people have none yet: { $names }
    }
settings-factor-own-first = Add a second factor of your own first, so that you do not lock yourself out.

notice-new-device = You signed in from a new browser: { $browser }, at { $address }. If that was not you, change your password.
notice-recovery-code-used = A recovery code was used from { $address }; { $left } are left. If that was not you, change your password and make new codes.
notice-recovery-codes-few =
    { $left ->
        [0] Your last recovery code was used from { $address }. Make new ones.
        [one] A recovery code was used from { $address }; only one is left. Make new ones.
       *[other] A recovery code was used from { $address }; only { $left } are left. Make new ones.
    }
notice-codes-guessed = Somebody who knows your password typed five wrong one-time codes, from { $address }. If that was not you, change your password.
notice-factor-added =
    { $kind ->
        [app] An authenticator app was added, from { $address }. If that was not you, change your password and have an admin reset your second factor.
       *[passkey] A passkey, “{ $name }”, was added, from { $address }. If that was not you, remove it and change your password.
    }
notice-factor-removed =
    { $kind ->
        [app] The authenticator app was removed, from { $address }. If that was not you, change your password and set it up again.
       *[passkey] The passkey “{ $name }” was removed, from { $address }. If that was not you, change your password.
    }
notice-recovery-codes-made = New recovery codes were made, from { $address }; those before work no more. If that was not you, change your password and make new ones.
notice-password-changed = Your password was changed, from { $address }. If that was not you, tell an admin.
notice-password-reset = Your password was reset. If you did not ask for that, tell an admin.
notice-factor-reset = { $name } took your second factor away. Set up a new one.

event-new-device = Sign-in from a new browser
event-codes-guessed = Five wrong one-time codes
event-recovery-code-used = Recovery code used
event-recovery-codes-made = Recovery codes made
event-factor-added = Second factor added
event-factor-removed = Second factor removed
event-factor-reset = Second factor reset
event-settings-changed = Settings changed
