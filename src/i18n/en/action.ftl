# Making a call, what came of it, the shell, and the audit log.

call-submit = { $call }: { $label }
call-submit-read = Ask KiwiVM about { $label }
call-target = This VPS
call-loses = What is lost for good
call-interrupts = This interrupts the service
call-protected = this VPS is protected
call-needs = needs the right “{ $right }”
call-flag-odd = Choose one of the two.
call-port-odd = A port is a number from 1 to 65535.
call-json-odd = This is not a JSON object.
call-one-line = Only one line is possible here.
call-no-nul = A NUL character cannot be sent.
call-choices-as-of = The choices are as of
call-choices-asking = KiwiVM is being asked for the choices; this page refreshes itself.
call-choices-none = KiwiVM lists nothing to choose from. What you type is sent as it is.
call-page = See “{ $page }”
done-goes-on = A long operation may still be running.
done-details = Details
confirm-host = The panel itself runs on this VPS. I know that this interrupts the panel too.
confirm-host-needed = Tick this first: the panel itself runs there.

action-unknown-call = Unknown call
action-headline = { $call }: { $outcome }
action-sent = Sent
action-sent-ago = s ago
action-reply = Reply
action-raw = Raw reply
action-raw-cut = The rest is not shown here.
action-call = Call
action-by = By
action-at = When
action-took = Took
action-code = Code
action-back = Back to { $label }
action-again = Ask again
action-watch = Watch what it does
action-progress = Watch progress
action-cold-start = It takes effect after a full stop: stop it, then start it. A restart is not enough.

case-only-hard = KiwiVM lists only what the provider’s support can end: contact support.

secret-once = Shown once
secret-once-about = Copy it now. It is not stored anywhere, and this page will not show it again.
secret-waits =
    { $count ->
        [one] The reply holds a secret
       *[other] The reply holds { $count } secrets
    }
secret-waits-about = For you alone, shown once, for ten minutes at most.
secret-reveal = Show once
copy-secret = Copy the secret

reply-untold = KiwiVM does not say.
reply-nothing = nothing
reply-more = and { $count } more

audit-about = What was done, by whom, and how it ended. Rows are only ever added.
audit-empty = Nothing is recorded here
audit-what = What
audit-outcome = Outcome
audit-from = From
audit-pages = Pages
audit-older = Older

event-setup = First admin made
event-sign-in = Signed in
event-sign-in-half = Password right, second factor asked for
event-sign-out = Signed out
event-password-changed = Own password changed
event-password-reset = Password reset
event-grant-given = Grant given
event-grant-taken = Grant taken back
event-vps-protected = VPS protected
event-vps-unprotected = Protection lifted
event-proof = Identity proved
event-session-ended = Session ended
event-person-added = Person added
event-person-invited = Person invited
event-person-joined = Invitation used
event-invitation-withdrawn = Invitation taken back
event-link-made = Link made
event-person-changed = Role changed
event-person-disabled = Person disabled
event-person-enabled = Person enabled
event-vps-added = VPS added
event-vps-changed = VPS changed
event-vps-removed = VPS removed
event-vps-imported = VPS imported
event-usage-exported = Usage exported
event-secrets-shown = Secrets shown

