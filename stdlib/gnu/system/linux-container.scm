;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Systems that run in containers: the kernel, its file systems and its devices
;;; are those of the host.

(define-module (gnu system linux-container)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services base)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system)
  #:use-module (gnu system file-systems)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (containerized-operating-system
            container-script
            eval/container))

;;;
;;; Services.
;;;

;; Stands for what the container cannot, or need not, set up by itself.
(define dummy-networking-service-type
  (shepherd-service-type
   'dummy-networking
   (lambda (names)
     (shepherd-service
      (documentation "Satisfy the services that want a network.")
      (provision names)
      (start #~(const #t))))
   '(loopback networking)
   (description "Say that there is a network.")))

;; Caches that do not take much memory.
(define %nscd-container-caches
  (map (lambda (cache)
         (nscd-cache
          (inherit cache)
          (max-database-size (expt 2 18))))
       %nscd-default-caches))

(define (container-services os shared-network?)
  "Return the services of OS that make sense in a container."
  ;; No terminals of the kernel, and no interfaces to configure.
  (define useless-types
    (append '(console-fonts mingetty agetty static-networking)
            (if shared-network?
                '(dhcpcd dhcp-client network-manager connman)
                '())))

  (define (adapted service-of-os)
    (let ((kind  (service-kind service-of-os))
          (value (service-value service-of-os)))
      (cond ((eq? kind nscd-service-type)
             (service nscd-service-type
                      (nscd-configuration
                       (inherit value)
                       (caches %nscd-container-caches))))
            ((eq? kind guix-service-type)
             (service guix-service-type
                      ;; Containers are not nested by default.
                      (guix-configuration
                       (inherit value)
                       (chroot? (match (guix-configuration-chroot? value)
                                  ('default #f)
                                  (chosen chosen))))))
            (else service-of-os))))

  (cons (service dummy-networking-service-type
                 (if shared-network? '(loopback networking) '(loopback)))
        (filter-map (lambda (service)
                      (and (not (memq (service-type-name (service-kind service))
                                      useless-types))
                           (adapted service)))
                    (operating-system-user-services os))))

(define (container-essential-services os shared-network?)
  "Return the services that follow from the fields of OS, in a container."
  (define useless-types
    `(,system-service-type
      ,(service-kind %linux-bare-metal-service)
      ,firmware-service-type
      ,@(if shared-network? (list hosts-service-type) '())))

  (define locale-only
    (service system-service-type
             (lambda (store)
               `(("locale" ,(operating-system-locale-directory os))))))

  (cons locale-only
        (remove (lambda (service)
                  (memq (service-kind service) useless-types))
                (operating-system-default-essential-services os))))

;;;
;;; The system.
;;;

;; The kernel is the host's; this one is there to be named.
(define %dummy-kernel
  (file-union "dummy-kernel" '()))

(define (host-file-system? file-system)
  "Return true if FILE-SYSTEM is for the host to mount, if anyone."
  (let ((mount-point (file-system-mount-point file-system))
        (device      (file-system-device file-system)))
    (or (member mount-point '("/" "/gnu/store"))
        (string-prefix? "/dev/" mount-point)
        (string-prefix? "/sys/" mount-point)
        (and (string? device)
             (string-prefix? "/dev/" device)))))

(define (mapping->file-system mapping)
  "Return the file system that makes MAPPING, which is needed right away."
  (file-system
    (inherit (file-system-mapping->bind-mount mapping))
    (needed-for-boot? #t)))

(define* (containerized-operating-system os mappings
                                         #:key
                                         shared-network?
                                         (extra-file-systems '()))
  "Return a variant of OS that runs in a container, with what MAPPINGS, a list of
<file-system-mapping>, share and with EXTRA-FILE-SYSTEMS.  With SHARED-NETWORK?,
its network is that of the host."
  (define own-file-systems
    (remove host-file-system? (operating-system-file-systems os)))

  (define root
    (file-system
      (device "/dev/placeholder")
      (mount-point "/")
      (type "dummy")))

  (define network-mappings
    (if shared-network? %network-file-mappings '()))

  (operating-system
    (inherit os)
    (kernel %dummy-kernel)
    (label (operating-system-label os))
    (swap-devices '())
    (services (container-services os shared-network?))
    (essential-services
     (container-essential-services this-operating-system shared-network?))
    (file-systems
     (cons root
           (append (map mapping->file-system
                        (append network-mappings mappings))
                   extra-file-systems
                   own-file-systems)))))

(define* (container-script os #:key (mappings '()) shared-network?)
  "Return the program that runs OS in a container, with MAPPINGS."
  (let ((os (containerized-operating-system
             os (cons %store-mapping mappings)
             #:shared-network? shared-network?
             #:extra-file-systems %container-file-systems)))
    (program-file
     "run-container"
     #~(begin
         (use-modules (gnu build linux-container)
                      (gnu system file-systems))
         (call-with-container
             (map spec->file-system
                  '#$(map file-system->spec
                          (filter file-system-needed-for-boot?
                                  (remove (lambda (file-system)
                                            (string=? "/"
                                                      (file-system-mount-point
                                                       file-system)))
                                          (operating-system-file-systems
                                           os)))))
           (lambda ()
             (setenv "HOME" "/root")
             (setenv "TMPDIR" "/tmp")
             (primitive-load #$(operating-system-boot-script os)))
           #:namespaces '(user mnt pid uts ipc
                          #$@(if shared-network? '() '(net))))))))

(define* (eval/container exp
                         #:key
                         (populate-file-system (const #t))
                         writable-root?
                         (mappings '())
                         (mounts '())
                         (namespaces '(user mnt pid uts ipc net))
                         (guest-uid 0) (guest-gid 0))
  "Raise an error: nothing is run in containers here; images are made of data."
  (error "eval/container: tintype does not run containers"))
