;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; A web server with an address of its own, kept by SSH.
;;;
;;;   tintype image -t qcow2 images/examples/web-server.scm
;;;
;;; What to change: the address, the gateway and the name server (these are QEMU's
;;; user network); the user's key instead of a password; the page that is served.
;;; The keys of the machine are made when it boots for the first time.

(use-modules (gnu))
(use-service-modules networking ssh web)

(define %page
  (file-union "page"
              `(("index.html"
                 ,(plain-file "index.html" "<h1>Struck on metal</h1>\n")))))

(operating-system
  (host-name "daguerre")
  (timezone "Europe/Paris")
  (locale "C.UTF-8")

  (bootloader (bootloader-configuration
               (bootloader grub-bootloader)
               (targets '("/dev/vda"))
               (timeout 1)
               (serial-unit 0)
               (serial-speed 115200)
               (terminal-outputs '(console serial))))
  (kernel-arguments '("console=tty0" "console=ttyS0,115200"))

  (file-systems (cons (file-system
                        (device (file-system-label "root"))
                        (mount-point "/")
                        (type "ext4"))
                      %base-file-systems))

  (users (cons (user-account
                (name "louis")
                (group "users")
                (supplementary-groups '("wheel"))
                ;; The password is "silver".
                (password (crypt "silver" "$6$tintype")))
               %base-user-accounts))

  (services
   (cons* (service static-networking-service-type
                   (list (static-networking
                          (addresses
                           (list (network-address
                                  (device "eth0")
                                  (value "10.0.2.15/24"))))
                          (routes
                           (list (network-route
                                  (destination "default")
                                  (gateway "10.0.2.2"))))
                          (name-servers '("10.0.2.3")))))
          (service openssh-service-type
                   (openssh-configuration
                    (permit-root-login #f)))
          (service nginx-service-type
                   (nginx-configuration
                    (server-blocks
                     (list (nginx-server-configuration
                            (listen '("80"))
                            (root %page))))))
          %base-services)))
