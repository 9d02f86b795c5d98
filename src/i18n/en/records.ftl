# KiwiVM's audit log and ours on one time line.

records-title = Records
records-about = What this panel did and what KiwiVM itself wrote down, on one time line.
records-both = All
records-panel = This panel
records-kiwivm = KiwiVM
records-only-elsewhere = KiwiVM, not from this panel
records-only-ours = This panel’s full audit log
records-unread = KiwiVM’s log was not read yet.
records-panel-addresses = KiwiVM sees this panel at { $addresses }
records-separator = , { "" }
records-source = Source
records-who-label = Who
records-who-hint = Person or address
records-no-time = time unknown
records-no-address = address unknown
records-no-summary = KiwiVM does not say
records-type = type { $type }
records-this-panel = this panel
records-not-this-panel = not from this panel
# $more addresses are not named.
records-elsewhere =
    { $count ->
        [one] One entry of the last 30 days came from elsewhere
       *[other] { $count } entries of the last 30 days came from elsewhere
    }: { $addresses }{ $more ->
        [0] .
       *[other] { " " }and { $more } more.
    }
records-elsewhere-about = Either somebody used KiwiVM’s own panel, or somebody else has the key. If nobody of you did it, change the key: make a new one in KiwiVM’s panel, then store it here.
records-see-them = See them
records-change-key = Change the key
records-who = Who has access
records-tell-admin = An admin can change the key here.
records-unlearnt = Which address is this panel’s is not known yet: nothing in KiwiVM’s log fits an action of this panel.
records-unlearnt-next = After the next change that you make here, entries from elsewhere can be marked.
records-none-yet = Nothing that fits so far; older entries are not looked through yet
records-none-fits = Nothing fits
records-trace-logged = KiwiVM logged “{ $summary }” { $after } later: it was probably done.
records-trace-elsewhere = KiwiVM logged “{ $summary }” { $after } later, but from { $address }, which is not this panel’s address. Whether yours was done stays open; check.
records-trace-nothing = KiwiVM logged nothing that fits within { $span }: it was probably not done. Check before you repeat it.
records-trace-silent = KiwiVM logged nothing that fits within { $span }. Whether it logs such calls at all has not shown yet, so this does not tell. Check.
records-trace-ask = KiwiVM’s log was read too early to tell. Ask again some minutes after the action.
records-trace-untold = KiwiVM’s log does not tell: it does not reach back so far, or leaves out what is needed.
