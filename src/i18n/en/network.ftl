# The addresses of a VPS, and what is wrong with a hostname.

# Why something cannot be done here.
off-because = { $what }: { $why }

network-unknown = KiwiVM does not say which addresses there are.
network-none = KiwiVM lists no address.
network-kind = Kind
network-acts = What can be done
network-ptr = PTR name
network-ptr-about = The name that others see for an address, for example mail.example.com. It takes a while until all name servers know a new one.
network-ptr-of = PTR name of { $ip }
network-ptr-save = Save the PTR name of { $ip }
network-ptr-off = this plan or location offers no reverse DNS through the API
network-remove-short = Remove…
network-remove = Remove { $ip }
network-ipv6-used = { $count } of { $most } used
network-ipv6-count = { $count } used
network-ipv6-about = KiwiVM picks a subnet and assigns it. What is removed does not come back: the next one is another.
network-ipv6-old = Old plans: choose the address
network-ipv6-full = The plan’s limit is reached. Remove one before you add another.
network-ipv6-location = This location has no IPv6.
network-private = Private addresses
network-private-none = No private address is assigned.
network-private-unknown = KiwiVM does not say whether there are private addresses.
network-private-any = KiwiVM picks one
network-private-full = KiwiVM lists no free address.
network-private-plan = The plan has no private network.
network-private-location = This location has no private network.
network-blocked-none = No address is null-routed.
network-blocked-unknown = KiwiVM does not say whether an address is null-routed.
network-blocked-about = These addresses are under attack, and the provider’s network throws away whatever is sent to them. It ends by itself.
network-blocked-since = Since
network-blocked-until = Until
network-blocked-left = Ends in
network-blocked-over = It should be over. Ask again.
network-blocked-log = Packet log
network-blocked-no-log = KiwiVM gives no packet log.

hostname-address = This is an address. A name is needed, for example web-1.example.com.
hostname-long = A hostname has at most 253 characters.
hostname-empty-part = There is nothing between two dots, or before the first.
hostname-long-part = The part “{ $part }” is too long: at most 63 characters between dots.
hostname-hyphen = The part “{ $part }” begins or ends with a hyphen.
hostname-space = A hostname has no spaces.
hostname-character = “{ $character }” cannot be in a hostname: only letters, digits, hyphens and dots can.
hostname-script = Other letters than a–z are written in punycode: xn--…
