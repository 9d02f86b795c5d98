# People who share the panel: invitations, grants, who may do what, and somebody's leaving.

share-about = Nobody else is here yet.
share-invite = Share this panel: invite somebody

people-invite = Invite somebody
people-invite-about = They get a link that works once, for 24 hours, and choose their own password. You never learn it.
people-invite-submit = Make the link
people-name-hint = They may choose another one.
person-role-hint = An admin looks after people, VPSes and keys, and may do everything. A member may do what was given to them.
person-reach = May reach
person-nothing = nothing now
person-seen = Last here
person-never = never
person-invitation-ended = invitation ended
person-is-invited = invited
person-invitation = Invitation
person-invitation-about = Not here yet. A new link ends the one before.
person-reset-about = Make a link with which this person chooses a new password. The present one, and all sessions, end when it is used.
person-link = Make a new link
person-reset-link = Make a password link
person-link-waits = One waits to be used, until { $day }.
person-withdraw = Take the invitation back
person-factor = Second factor
person-factor-about = For somebody who lost their device and their recovery codes. They sign in with the password alone until they set it up again.
person-factor-reset = Reset the second factor
person-factor-none = This person signs in with the password alone.
person-has-factor = second factor

invitation-title = { $name } is invited
invitation-about = Send this link to them yourself, in a way you trust. Whoever opens it first comes in as this person.
invitation-reset-title = A new password for { $name }
invitation-reset-about = Send this link to them yourself, in a way you trust. Whoever opens it first signs in as this person.
invitation-once = It works once, until { $day }. This page will not show it again; a new link ends this one.
invitation-link = Link
invitation-copy = Copy the link

join-title = You are invited
join-about = To the panel at { $panel }, as { $role }. Choose a password, and you are in.
join-name-hint = Your sign-in name; you may change it now.
join-submit = Come in
join-reset-title = Choose a new password
join-reset-about = For the panel at { $panel }. All your other sessions there end.
join-reset-submit = Save and sign in
join-signed-in = This browser is signed in as { $name }. That session ends when you go on.
join-closed = This link does not work
join-closed-about = It was used already, or replaced by a newer one, or it is older than 24 hours. Ask an admin for a new one.
join-wait = Too many tries. Wait { $wait }, then open the link again.

grant-scope = Scope
grant-every = every VPS
grant-every-to-come = Every VPS, also those to come
grant-this-vps = this VPS
grant-tag = tag { $tag }
grant-tag-count =
    { $count ->
        [one] { $tag } (one VPS)
       *[other] { $tag } ({ $count } VPSes)
    }
grant-choose = Choose …
grant-nothing-yet = Nothing yet
grant-scope-missing = Choose what it is for.
grant-there = They have { $access } here already ({ $end }). Change that grant instead.
grant-first = First grant
grant-more = Add a grant
grant-give = Give
grant-ends = Until
grant-ends-keep = Unchanged: { $day }
grant-ends-never = no end
grant-ends-today = Today: { $day }
grant-ends-friday = Friday: { $day }
grant-ends-week = 7 days: { $day }
grant-ends-month = 30 days: { $day }
grant-end-date = Or another last day
grant-end-odd = This is not a date.
grant-end-past = This day is over.
grant-end-both = Choose from the list or name a day, not both.
grant-with-shell = { $level }, with shell
grant-line = { $scope }: { $access }
grant-until = until { $day }
grant-ended = ended { $day }
grant-why = Comes from
grant-change = Change
grant-renew = Renew
grant-take = Take back
grant-take-about = It gives nothing from that moment on. The person is signed out if it still gave something.
grant-signs-out = Who gets less than before, or an earlier end, is signed out everywhere.
grants-title = Grants
grants-admin = An admin needs none of these. They count again for a member.

reach-nothing = Nothing now.
reach-all = All { $count } VPSes
vps-access = Access
access-give = Give somebody access to this VPS
access-person = Who

leaving-title = Disable, and what to rotate
leaving-about = Rotate these: what somebody was root on, or has seen, they may still have access to.
leaving-count =
    { $count ->
        [one] One VPS whose secrets to rotate when they leave
       *[other] { $count } VPSes whose secrets to rotate when they leave
    }
leaving-nothing = The audit log knows of no shell they used, no secret they saw and no key they typed.
leaving-trace = What they did
leaving-last = Last
leaving-shell = ran commands as root
leaving-secrets = saw secrets
leaving-key = typed the API key
leaving-rotate = Rotate
leaving-password = Root password
leaving-removed = not in the panel any more

gains-people =
    { $count ->
        [one] These tags give one person access: { $names }.
       *[other] These tags give { $count } people access: { $names }.
    }
gains-confirm = That is meant.
gains-hint =
    { $count ->
        [one] One person has access by tag { $tag }.
       *[other] { $count } people have access by tag { $tag }.
    }

# Between the names of a list.
list-comma = { ", " }
