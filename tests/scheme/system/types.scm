;; Service types have the names, the targets in the order, the defaults and the
;; openness to contributions that the original's have.
(use-modules (tintype check)
             (tintype syntax)
             (gnu services)
             (ice-9 match)
             (srfi srfi-1))

(define facts
  (call-with-input-file
      (string-append (or (current-source-directory) ".")
                     "/../../../interpreter/dsl/index/service-types.sexp")
    (lambda (port)
      (let loop ((result '()))
        (let ((datum (read port)))
          (if (eof-object? datum)
              (reverse result)
              (loop (cons datum result))))))))

(define modules
  '((gnu services)
    (gnu services admin)
    (gnu services avahi)
    (gnu services base)
    (gnu services dbus)
    (gnu services hurd)
    (gnu services shepherd)
    (gnu services sysctl)
    (gnu system mapped-devices)
    (gnu system pam)
    (gnu system shadow)))

;; Of these, the rest is known by name only.
(define written
  '(dhcpcd-service-type dhcpd-service-type hostapd-service-type
    iptables-service-type modem-manager-service-type
    network-manager-service-type nftables-service-type ntp-service-type
    openntpd-service-type usb-modeswitch-service-type
    wpa-supplicant-service-type
    dropbear-service-type openssh-service-type
    accountsservice-service-type colord-service-type
    cups-pk-helper-service-type elogind-service-type geoclue-service-type
    sane-service-type udisks-service-type upower-service-type
    x11-socket-directory-service-type xfce-desktop-service-type
    dconf-service-type gdm-service-type localed-service-type
    screen-locker-service-type slim-service-type
    alsa-service-type ladspa-service-type pulseaudio-service-type
    spice-vdagent-service-type))

(define (has-default? type)
  (not (equal? '(no-default-value) (service-type-default-value type))))

(define checked
  (filter (match-lambda
            ((variable module . _)
             (or (member module modules)
                 (memq variable written))))
          facts))

(check (length checked) => 91)

(for-each
 (match-lambda
   ((variable module name targets . parts)
    (let ((type (module-ref (resolve-interface module) variable)))
      (check (list variable
                   (service-type-name type)
                   (map (compose service-type-name service-extension-target)
                        (service-type-extensions type))
                   (and (service-type-extend type) #t)
                   (has-default? type))
             => (list variable name targets
                      (and (memq 'extensible parts) #t)
                      (any (match-lambda (('default _) #t) (_ #f)) parts))))))
 checked)

(check-report)
