# The frame of every page, and words that many pages share.

layout-skip = Skip to content
layout-navigation = Main
layout-vpses = VPSes
layout-audit = Audit log
layout-people = People
layout-light = Light theme
layout-dark = Dark theme
layout-signed-in-as = Signed in as { $name }
layout-account = Account
layout-sign-out = Sign out

copy-label = Copy { $text }
copy-done = Copied
form-cancel = Cancel
form-save = Save
form-optional = optional
form-choose = Choose…
form-faults =
    { $count ->
        [one] One thing to correct. Nothing was saved or sent.
       *[other] { $count } things to correct. Nothing was saved or sent.
    }
form-missing = Required.
form-yes = Yes
form-no = No
attention-since = Since { $time }.
attention-until = Until { $time }.

# Errors: what happened, and in .next what to do.

error-home = All VPSes
error-vps = Back to the VPS
error-request = Request
error-no-page = There is no such page
    .next = The address leads nowhere. It may have been typed wrong, or the page is gone.
error-no-vps = There is no such VPS
    .next = No VPS { $what } is here that you may see. It may have been removed.
error-no-call = There is no such call
    .next = KiwiVM has no call named { $what }.
error-no-action = There is no such action
    .next = No action of this number is recorded, or it is not yours to see.
error-no-person = There is no such person
    .next = Nobody of this number is here.
error-protected = This VPS is protected
    .next = No call that destroys is sent to it, whoever asks. An admin can lift the protection on its edit page. It does not stop the shell, nor power.
error-needs-proof = Prove that it is you
    .next = This needs a fresh proof of who you are. Open the page again and send the form once more.
error-busy = Something destroying runs on this VPS
    .next = Nothing was sent. Wait until that call has ended, look at what came of it, and then decide again.
error-forbidden = You may not do this
    .next = It needs the right “{ $right }”. An admin can give it to you. Nothing was done.
error-foreign-origin = This did not come from a page of the panel
    .next = The request came from another site, so nothing was done. Open the panel itself and try again there.
error-foreign-host = This address is not the panel’s
    .next =
        { $setting ->
            [set] The panel was asked for as “{ $host }”, which is not the host in KIWIDECK_PUBLIC_URL. Open it under that address, or change the setting.
           *[unset] The panel was asked for as “{ $host }”. Until KIWIDECK_PUBLIC_URL is set it answers only to localhost and 127.0.0.1.
        }
error-signed-out = You were signed out
    .next = Your session ended while this was on its way. Nothing was done. Sign in again.
error-too-many = Too many at once
    .next = Many of your calls are still running. Nothing was sent. Wait until some have ended.
error-just-asked = This was asked for a moment ago
    .next = What this VPS used was read less than five minutes ago, or is being read: the page Usage shows it. Each answer is about 30 MB, and the VPSes wait for one another. Nothing was sent.
error-bad-form = The form could not be read
    .next = The request was not a form of this panel. Nothing was done. Go back and try again.
error-no-directory = The directory of this prompt is not known any more
    .next = Nothing was run. Open the shell anew: its prompt says where it is.
error-too-long = That is too long
    .next = A request may have 1 MiB at most. Nothing was done.
error-too-slow = That came too slowly
    .next = The request was not complete in time. Nothing was done. Try again.
error-bad-method = Not in this way
    .next = Open it again from a page of the panel. Nothing was done.
error-database = The database does not answer
    .next = It is locked, or its file cannot be used. Nothing was done. Try again in a moment; the panel’s log says more.
error-disk-full = The disk of the panel is full
    .next = Nothing could be written, so nothing was sent. Make room on the panel’s host; then it goes on by itself.
error-unrecorded = Nothing was sent
    .next = The action could not be written to the audit log, so it was not sent to KiwiVM. The panel’s disk may be full, or its database locked.
error-stopping = The panel is stopping
    .next = Nothing was sent. Try again when it is back.
error-ours = Something broke in the panel
    .next = It is a fault of ours, and it is in the log under the request number below.
