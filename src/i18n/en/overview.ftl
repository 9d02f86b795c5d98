# The sentence on top of a VPS's overview, its screen, and what cannot be seen from here.

verdict-running = Running.
verdict-starting = Starting.
verdict-unknown = KiwiVM does not say whether it runs.
verdict-unchecked = It has not been looked at yet.
verdict-off = Stopped.
verdict-stopped = Stopped. KiwiVM holds nothing against it: somebody switched it off, or the system inside shut down.
verdict-suspended =
    KiwiVM has suspended it for a case{ $flag ->
        [unknown] { "" }
       *[other] { " " }({ $flag })
    }{ $soft ->
        [soft] , which you can end yourself once its cause is gone.
        [hard] , which only the provider’s support can end.
       *[unknown] . Whether you can end it yourself, KiwiVM does not say.
    }
verdict-suspended-unread = KiwiVM has suspended it. Why is being asked.
verdict-suspended-caseless = KiwiVM has suspended it and lists no case. Mostly the transfer is used up then; if it is not, contact support.
verdict-transfer-used-up =
    Suspended: the monthly transfer is used up{ $date ->
        [unknown] . It returns when the transfer is counted anew.
       *[other] ; it returns on { $date }.
    }
verdict-violation =
    KiwiVM found a policy violation{ $flag ->
        [unknown] { "" }
       *[other] { " " }({ $flag })
    }{ $time ->
        [unknown] { " " }and will suspend the VPS unless it is resolved.
        [past] . The deadline has passed: KiwiVM may suspend the VPS at any moment.
       *[other] { " " }and suspends the VPS in { $time } unless it is resolved.
    }
verdict-null-routed =
    KiwiVM null-routed { $ip }{ $time ->
        [unknown] { " " }for a while
        [past] { " " }and should have lifted that by now
       *[other] { " " }for another { $time }
    } (attack). The system inside is not at fault; it ends by itself.
verdict-cpu-throttled = KiwiVM slows its CPU down, since it used too much of it for too long. That ends by itself within 2 hours.
verdict-disk-throttled = KiwiVM slows its disk down, since it read and wrote too much for too long. That ends by itself after 15 minutes to 3 hours.
verdict-locked = KiwiVM is at work on it. It answers again by itself when that is over; nothing is wrong.
verdict-key-refused = KiwiVM does not accept the key stored here, so nobody can see how the VPS is. The key was changed over there, or key and VEID do not belong together; the VPS itself may be fine.
verdict-unreachable =
    KiwiVM cannot be reached from this panel. That says nothing about the VPS{ $seen ->
        [unknown] .
       *[other] , which was { $seen }.
    }
# $state is one of the words for a state, $ago such as "3 minutes ago".
verdict-seen = “{ $state }” { $ago }
verdict-renewal = { $renewal }.
verdict-transfer =
    { $percent } of the transfer used{ $time ->
        [unknown] { "" }
       *[other] { " " }with { $time } to go
    }{ $outlook ->
        [lasts] ; at this pace it lasts.
        [runs-out] ; at this pace it runs out on { $date }, { $before } before the reset.
        [early] ; too early to say whether it lasts.
       *[unknown] .
    }

overview-others = What else needs attention
overview-renewal = Renewal
overview-points = API points left
overview-points-left = { $quarter } in these 15 minutes, { $day } in these 24 hours
overview-guest-hostname = Hostname inside
overview-mac = MAC address

screen-title = Screen
screen-take = Show the screen
screen-again = Take a new picture
screen-alt = The screen of { $label }
screen-about = Choose the picture to see it in full size. It is gone after ten minutes; that you saw it is in the audit log.
screen-gone = This picture is gone: it is kept for ten minutes, for whoever asked for it.
screen-none = KiwiVM sent no picture. There is one only of a KVM machine that is running.

outside-title = It runs, but cannot be reached?
outside-about = Whether its address is blocked from China cannot be seen from here: the KiwiVM API does not tell. These pages of the provider need your sign-in there.
outside-check = Test whether the address is blocked
outside-change = Have the address changed
outside-console = Open the VNC console
outside-key = Make a new API key
outside-key-about = then store it here

vps-renews-on = Renewal
vps-renews-on-hint = The day on which it is paid for next. It needs attention from 14 days before.
vps-price = Price
vps-price-hint = In your own words, such as 49.99 USD a year.
vps-day-odd = This is not a day, such as 2026-12-03.
