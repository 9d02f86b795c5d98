# Long operations: that one runs, that one has ended, and what is otherwise since.

lock-since = First seen
lock-said = updated
# $operation is KiwiVM's own title, or the word unknown.
lock-ended =
    { $operation ->
        [unknown] A long operation has ended
       *[other] Ended: { $operation }
    }
lock-unnamed = A long operation
lock-comparing = What has changed is being read.
lock-nothing = Location, addresses, system, hostname and plan are what they were. That may be meant: look at what it was to do.
lock-doubt = KiwiVM does not say whether it succeeded. Compare; its e-mail tells more.
lock-gone = Addresses gone
lock-reload = Load this page anew

operations-title = Long operations
    .about = What locked this VPS, as far as this panel saw, and what changed. KiwiVM does not say whether an operation succeeded.
operations-empty = No long operation was seen
    .about = A reinstallation, a snapshot or a migration shows here from the moment at which KiwiVM locks the VPS.
operations-none-ended = Nothing else was seen.
operations-what = Operation
operations-ended = Ended
operations-changed = Changed
operations-nothing = nothing that is known
