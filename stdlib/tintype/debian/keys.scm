;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Keys of a machine: no image holds them, the first boot makes them.

(define-module (tintype debian keys)
  #:use-module (tintype debian units)
  #:use-module (tintype lowering)
  #:autoload   (tintype services authorized-keys) (authorized-key-directory)
  #:autoload   (gnu services ssh) (openssh-configuration-authorized-keys)
  #:autoload   (gnu services vpn)
               (wireguard-configuration-private-key
                wireguard-configuration-bootstrap-private-key?)
  #:use-module (ice-9 match)
  #:export (openssh->contributions
            wireguard->contributions))

(define (openssh->contributions configuration)
  `((file ,(unit-path "ssh-host-keys.service") #o644 "root" "root"
          (plain-file "ssh-host-keys.service" "\
# Made from the definition of the operating system.
[Unit]
Description=Make the keys of this machine
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key
# Sockets are there early.
DefaultDependencies=no
After=systemd-remount-fs.service local-fs.target
Before=sockets.target ssh.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/ssh-keygen -A

[Install]
WantedBy=multi-user.target
"))
    ,(wanted-by "multi-user.target" "ssh-host-keys.service")
    (file "/etc/tmpfiles.d/sshd.conf" #o644 "root" "root"
          (plain-file "sshd.conf" "d /run/sshd 0755 root root\n"))
    ,@(match (openssh-configuration-authorized-keys configuration)
        (() '())
        (keys
         `((file "/etc/ssh/authorized_keys.d" #o644 "root" "root"
                 ,(lower-object (authorized-key-directory keys))))))))

(define (wireguard->contributions configuration)
  (define key
    (wireguard-configuration-private-key configuration))

  (if (wireguard-configuration-bootstrap-private-key? configuration)
      `((file ,(unit-path "wireguard-key.service") #o644 "root" "root"
              (plain-file "wireguard-key.service"
                          ,(string-append "\
# Made from the definition of the operating system.
[Unit]
Description=Make the private key of this machine
ConditionPathExists=!" key "
Before=network-pre.target
Wants=network-pre.target

[Service]
Type=oneshot
RemainAfterExit=yes
UMask=0077
ExecStart=/bin/mkdir -p " (dirname key) "
ExecStart=/bin/sh -c 'exec wg genkey > \"$$0\"' " key "

[Install]
WantedBy=multi-user.target
")))
        ,(wanted-by "multi-user.target" "wireguard-key.service"))
      '()))
