# Signing in, the first start, the account, and people.

sign-in-title = Sign in
sign-in-username = Name
sign-in-password = Password
sign-in-submit = Sign in
sign-in-refused = Name or password is wrong.
sign-in-wait = Too many wrong passwords. Wait { $wait }, then try again.
sign-in-ended = You were signed out: your rights changed, or the session was ended. Nothing you had just sent was done.

setup-title = Set up Kiwideck
setup-about = Nobody is here yet. Make the first admin.
setup-code = Set-up code
setup-code-hint = It stands in the log of this start.
setup-code-wrong = This is not the code of this start.
setup-submit = Make the first admin

password-new = New password
password-repeated = Repeat the password
password-length = At least { $least } characters.
password-differs = The two are not the same.

account-saved = Saved.
account-time-zone = Time zone
account-time-zone-own = The panel’s own ({ $zone })
account-time-zone-unknown = There is no such time zone.
account-password = Password
account-password-about = A new password ends all your other sessions.
account-present = Current password
account-present-wrong = This is not your current password.
account-password-submit = Change the password

people-count =
    { $count ->
        [one] One person
       *[other] { $count } people
    }
person-role = Role
person-rights = What this person may do
person-level = Rights
person-everything = Everything
person-added = Added
person-change = Change
person-is-disabled = disabled
person-name-too-long = At most { $most } characters.
person-name-brackets = A name does not begin with a bracket.
person-name-mixed = A name has letters of one script. Latin letters beside Chinese, Japanese or Korean ones are fine.
person-name-alike = This name looks like another person’s. Choose one that cannot be mistaken for it.
person-name-taken = This name is taken; choose another.
person-last-admin = This is the last admin. Make somebody else an admin first.
person-signs-out = Saving signs this person out everywhere.
person-reset = Forgotten password
person-disable = Disable
person-disable-about = The person is signed out at once and cannot sign in. What they did stays in the audit log.
person-enable = Enable
person-enable-about = The person can sign in again with their password.
