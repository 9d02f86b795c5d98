# Hostname, ISO, SSH keys, root password and templates of a VPS.

system-hostname-kiwivm = In KiwiVM
system-hostname-guest = In the system inside
system-hostname-about = Only the name that KiwiVM shows is changed. The running system keeps its own until you change it there.
system-iso-kvm = ISO images are for KVM plans; this VPS is an OpenVZ container.
system-iso-drive = Drive { $number }
system-iso-about = What you mount or unmount takes effect after a full stop and start; a restart is not enough. Until then the drives show what was in them before.
system-iso-none = KiwiVM lists no ISO image.
system-password = Root password
system-password-stopped = It is stopped. Start it first: the password is reset inside the running system.
system-installed = Installed:
system-is-installed = installed
system-reinstall-about = Choose a template. Nothing happens yet: the next page says what is lost and asks for the label.
system-search = Search the templates
system-search-hint = debian 12…
system-templates-found =
    { $all ->
        [one] { $count } of one template
       *[other] { $count } of { $all } templates
    }
system-templates-none = KiwiVM lists no template.
system-templates-none-fits = No template fits this search.

ssh-keys-about = They are put in at the next reinstall only; the running system keeps its own.
ssh-keys-vps-win = The keys of this VPS win; those of the account are not put in.
ssh-keys-account-used = This VPS has no keys of its own, so those of the account are put in.
ssh-keys-none = No keys are stored: the next reinstall puts in none.
ssh-keys-of-vps = Keys of this VPS
ssh-keys-of-account = Keys of the account
ssh-keys-list-empty = None.
ssh-keys-bits = { $bits } bits
ssh-keys-not-readable = Not readable as a public key
ssh-keys-private-kept = KiwiVM keeps a line here that looks like a private key. It is not shown. Store the keys again without it, and replace that key wherever it is used.
ssh-keys-hint = One public key a line, such as ssh-ed25519 AAAA… name. Options before a key are taken. What you store replaces the whole list; an empty one clears it.
ssh-keys-save = Store these keys
ssh-keys-unreadable = Line { $line } is not a public SSH key. One key stands on one line, from its type (ssh-ed25519, ssh-rsa…) to its end. A line that is no key may be a piece of a private one: it is left empty here.
ssh-keys-private = This looks like a private key, or a piece of one. It was not sent and not kept, and it is not shown again. Paste the public key: one line, from the file that ends in .pub.
