# Proving who one is, sessions, and what a person is told.

prove-title = Confirm it is you
prove-about-form = This needs a fresh proof of who you are. What you sent waits here and goes on afterwards; it has not been done yet.
prove-about-page = This page needs a fresh proof of who you are.

sessions-title = Where you are signed in
sessions-browser = Browser
sessions-address = Address
sessions-since = Signed in
sessions-seen = Last seen
sessions-here = this one
sessions-end = Sign out
sessions-end-others = Sign out everywhere else
sessions-none = You are signed in nowhere else.
sessions-ended = Signed out.

notices-title = Notices
notice-read = I have read this

hop-title = A proxy stands in front that nobody named
hop-about = { $peer } passes on the addresses of clients, and is not believed: everybody seems to come from it, and wrong passwords of one hold back all. If it is your proxy, set KIWIDECK_TRUSTED_PROXIES={ $peer }.
