;; Root file systems get the UUID that the original computes from file systems,
;; host name and services; the services and their order are those of the original.
(use-modules (tintype check)
             (tintype syntax)
             (gnu)
             (gnu image)
             (gnu system hurd)
             (gnu system image)
             (gnu system uuid)
             (gnu services avahi)
             (gnu services desktop)
             (gnu services networking)
             (gnu services spice)
             (gnu services ssh)
             (gnu services xorg)
             (ice-9 match)
             (srfi srfi-1))

(define (oracle name)
  (cdr (call-with-input-file
           (string-append (or (current-source-directory) ".")
                          "/../../compat/oracle/guix150--" name ".sexp")
         read)))

(define* (system host services #:key
                 (base %base-services)
                 (file-systems %base-file-systems)
                 (swap-devices '())
                 (template #f))
  ;; The kernel, packages and users of a system do not count.
  (define base-system
    (or template
        (operating-system
          (host-name host)
          (bootloader (bootloader-configuration
                       (bootloader grub-bootloader)
                       (targets '("/dev/sda"))))
          (file-systems '()))))

  (operating-system
    (inherit base-system)
    (host-name host)
    (file-systems (cons (file-system
                          (device (file-system-label "any"))
                          (mount-point "/")
                          (type "ext4"))
                        file-systems))
    (swap-devices swap-devices)
    (services (append services base))))

(define (service-names os)
  (map (compose service-type-name service-kind)
       (operating-system-services os)))

(define (root-uuid os type)
  ;; As 'operating-system-for-image' makes it.
  (uuid->string
   (operating-system-uuid
    (operating-system
      (inherit os)
      (file-systems
       (cons (file-system
               (device "/dev/placeholder")
               (mount-point "/")
               (type type))
             (remove (file-system-mount-point-predicate "/")
                     (operating-system-file-systems os))))))))

(define serial-line
  (service agetty-service-type (agetty-configuration (tty "ttyS0"))))

;; The host name is taken from the original's data; the rest is said here.
(define (check-system name services . options)
  (let* ((data    (oracle name))
         (fields  (assq-ref data 'operating-system))
         (derived (assq-ref data 'derived))
         (os      (apply system (first (assq-ref fields 'host-name)) services
                         options)))
    (check (list name (service-names os))
           => (list name (first (assq-ref fields 'all-services))))
    (check (list name (root-uuid os (first (assq-ref derived 'root-type))))
           => (list name (third (first (assq-ref derived 'root-uuid)))))))

(define dhcp (service dhcpcd-service-type))
(define ntp (service ntp-service-type))
(define ssh (service openssh-service-type))

(check-system "examples-asus-c201.tmpl" (list dhcp ssh))
(check-system "examples-bare-bones.tmpl" (list dhcp ssh))
(check-system "examples-beaglebone-black.tmpl" (list dhcp serial-line))
(check-system "examples-docker-image.tmpl" (list (service guix-service-type))
              #:base '() #:file-systems '())
(check-system "examples-raspberry-pi-64.tmpl"
              (list (service avahi-service-type) dhcp ntp ssh)
              #:swap-devices (list (swap-space (target "/run/swapfile"))))
(check-system "images-novena.scm" '())
(check-system "images-orangepi-r1-plus-lts-rk3328.scm"
              (list serial-line dhcp ntp))
(check-system "images-pine64.scm" (list serial-line dhcp ntp))
(check-system "images-pinebook-pro.scm" (list serial-line))
(check-system "images-rock-4c-plus.scm" (list serial-line dhcp))
(check-system "images-rock64.scm" (list dhcp))
(check-system "images-unmatched.scm" (list serial-line dhcp))
(check-system "images-visionfive2.scm" (list ssh serial-line dhcp))
(check-system "images-hurd.scm" (list ssh)
              #:base %base-services+qemu-networking/hurd
              #:template %hurd-default-operating-system)
(check-system "examples-devel-hurd.tmpl" (list ssh)
              #:base %base-services+qemu-networking/hurd
              #:template %hurd-default-operating-system
              #:swap-devices (list (swap-space (target "/swapfile"))))

;; A desktop without what asks for networks by itself.
(define plain-desktop-services
  (remove (lambda (service)
            (eq? 'network-manager-applet
                 (service-type-name (service-kind service))))
          (modify-services %desktop-services
            (delete gdm-service-type)
            (delete network-manager-service-type)
            (delete wpa-supplicant-service-type)
            (delete modem-manager-service-type)
            (delete cups-pk-helper-service-type))))

(define graphical
  (list (service xfce-desktop-service-type)
        (service slim-service-type)
        (service spice-vdagent-service-type)
        dhcp))

(check-system "examples-vm-image.tmpl" graphical #:base plain-desktop-services)
(check-system "examples-vm-image-efi.tmpl" graphical
              #:base plain-desktop-services)

;; Neither the kernel nor the packages count, but the host name does.
(define plain (system "x" '()))

(check (root-uuid plain "ext4") => "38af4c98-0f2e-46eb-009b-584238af4c98")
(check (root-uuid (operating-system (inherit plain) (packages '())) "ext4")
       => "38af4c98-0f2e-46eb-009b-584238af4c98")

;; ISO 9660 knows dates only.
(check (uuid-type (operating-system-uuid plain 'iso9660)) => 'iso9660)
(check (string-prefix? "1970-01-01-"
                       (uuid->string (operating-system-uuid plain 'iso9660)))
       => #t)

(check-report)
