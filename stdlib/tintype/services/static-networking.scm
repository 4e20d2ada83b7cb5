;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Networks that are known in advance.

(define-module (tintype services static-networking)
  #:use-module ((tintype syntax) #:select (current-source-location))
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module ((gnu packages linux) #:select (iproute))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (static-networking
            static-networking?
            static-networking-addresses
            static-networking-links
            static-networking-routes
            static-networking-provision
            static-networking-requirement
            static-networking-name-servers

            network-address
            network-address?
            network-address-device
            network-address-value
            network-address-ipv6?

            network-link
            network-link?
            network-link-name
            network-link-type
            network-link-mac-address
            network-link-arguments

            network-route
            network-route?
            network-route-destination
            network-route-source
            network-route-device
            network-route-ipv6?
            network-route-gateway

            static-networking-service
            static-networking-service-type
            %loopback-static-networking
            %qemu-static-networking))

(define-record-type* <static-networking>
  static-networking make-static-networking
  static-networking?
  (addresses    static-networking-addresses)      ;list of <network-address>
  (links        static-networking-links           ;list of <network-link>
                (default '()))
  (routes       static-networking-routes          ;list of <network-route>
                (default '()))
  (provision    static-networking-provision
                (default '(networking)))
  (requirement  static-networking-requirement
                (default '(udev)))
  (name-servers static-networking-name-servers    ;list of strings
                (default '())))

(define (ipv6-address? address)
  "Return true if ADDRESS, a string, is one of version 6."
  (and (string-index address #\:) #t))

(define (check-cidr address place)
  "Return ADDRESS if it has a network mask.  Otherwise raise an error."
  (if (string-index address #\/)
      address
      (raise (make-compound-condition
              (formatted-message (G_ "address '~a' lacks a network mask")
                                 address)
              (condition
               (&error-location
                (location (source-properties->location place)))
               (&fix-hint
                (hint (string-append "Write, say, @samp{\"" address
                                     "/24\"} for a 24-bit network \
mask."))))))))

(define-syntax assert-cidr
  (syntax-rules ()
    ((_ address)
     (check-cidr address (current-source-location address)))))

(define %hexadecimal-digits
  (string->list "0123456789abcdefABCDEF"))

(define (mac-address? value)
  "Return true if VALUE is six pairs of hexadecimal digits with ':' between."
  (and (string? value)
       (let ((octets (string-split value #\:)))
         (and (= 6 (length octets))
              (every (lambda (octet)
                       (and (= 2 (string-length octet))
                            (every (lambda (char)
                                     (memv char %hexadecimal-digits))
                                   (string->list octet))))
                     octets)))))

(define (assert-mac-address value)
  "Return VALUE if it is #f or the address of an interface.  Otherwise raise an
error."
  (if (or (not value) (mac-address? value))
      value
      (raise (formatted-message
              (G_ "Value (~S) is not a valid mac address.~%") value))))

(define (assert-network-link-type value)
  "Return VALUE if it is #f or a symbol.  Otherwise raise an error."
  (if (or (not value) (symbol? value))
      value
      (raise (formatted-message
              (G_ "Value (~S) is not a symbol.~%") value))))

(define-record-type* <network-address>
  network-address make-network-address
  network-address?
  (device network-address-device)
  (value  network-address-value                   ;such as "10.0.2.15/24"
          (sanitize assert-cidr))
  (ipv6?  network-address-ipv6?
          (thunked)
          (default (ipv6-address? (network-address-value this-record)))))

(define-record-type* <network-link>
  network-link make-network-link
  network-link?
  (name        network-link-name                  ;string | #f
               (default #f))
  (type        network-link-type                  ;symbol | #f
               (default #f)
               (sanitize assert-network-link-type))
  (mac-address network-link-mac-address           ;string | #f
               (default #f)
               (sanitize assert-mac-address))
  (arguments   network-link-arguments))           ;alist

(define-record-type* <network-route>
  network-route make-network-route
  network-route?
  (destination network-route-destination)         ;CIDR | "default"
  (source      network-route-source
               (default #f))
  (device      network-route-device
               (default #f))
  (ipv6?       network-route-ipv6?
               (thunked)
               (default
                 (or (ipv6-address? (network-route-destination this-record))
                     (match (network-route-gateway this-record)
                       (#f #f)
                       (gateway (ipv6-address? gateway))))))
  (gateway     network-route-gateway
               (default #f)))

;;;
;;; The service.
;;;

(define (family ipv6?)
  (if ipv6? "-6" "-4"))

(define (link-commands link)
  "Return the lists of arguments of ip(8) that set up LINK."
  (define arguments
    (append-map (match-lambda
                  ((name . value)
                   (list (symbol->string name)
                         (if (number? value) (number->string value) value))))
                (network-link-arguments link)))

  (match-record link <network-link> (name type mac-address)
    (if type
        `(("link" "add" ,name "type" ,(symbol->string type) ,@arguments))
        `(("link" "set" ,(or name mac-address) ,@arguments)))))

(define (address-commands address)
  "Return the lists of arguments of ip(8) that give a device ADDRESS."
  (match-record address <network-address> (device value)
    `((,(family (network-address-ipv6? address))
       "address" "add" ,value "dev" ,device)
      ("link" "set" ,device "up"))))

(define (route-command verb route)
  "Return the arguments of ip(8) that do VERB, \"add\" or \"del\", with ROUTE."
  (define (option keyword value)
    (if value (list keyword value) '()))

  (match-record route <network-route> (destination source device gateway)
    `(,(family (network-route-ipv6? route))
      "route" ,verb ,destination
      ,@(option "via" gateway)
      ,@(option "dev" device)
      ,@(option "src" source))))

(define (set-up-commands networking)
  "Return the lists of arguments of ip(8) that set NETWORKING up."
  (match-record networking <static-networking> (links addresses routes)
    (append (append-map link-commands links)
            (append-map address-commands addresses)
            (map (lambda (route) (route-command "add" route)) routes))))

(define (tear-down-commands networking)
  "Return the lists of arguments of ip(8) that take NETWORKING down."
  (match-record networking <static-networking> (links addresses routes)
    (append (map (lambda (route) (route-command "del" route)) routes)
            (map (lambda (address)
                   (list "address" "del" (network-address-value address)
                         "dev" (network-address-device address)))
                 addresses)
            (filter-map (lambda (link)
                          (and (network-link-type link)
                               (list "link" "delete"
                                     (network-link-name link))))
                        links))))

(define (run-ip commands)
  "Return a gexp that runs ip(8) with each of COMMANDS and tells if all went
well."
  #~(every (lambda (arguments)
             (zero? (apply system* #$(file-append iproute "/sbin/ip")
                           arguments)))
           '#$commands))

(define (static-networking-shepherd-service networking)
  "Return the service that sets NETWORKING up."
  (shepherd-service
   (documentation "Set up networks with fixed addresses.")
   (provision (static-networking-provision networking))
   (requirement (static-networking-requirement networking))
   (respawn? #f)
   (modules `((srfi srfi-1)
              ,@%default-modules))
   (start #~(lambda _
              #$(run-ip (set-up-commands networking))))
   (stop #~(lambda _
             (not #$(run-ip (tear-down-commands networking)))))))

(define (static-networking-etc-files networkings)
  "Return the resolv.conf entry of /etc, if a network among NETWORKINGS knows who
to ask."
  (match (delete-duplicates
          (append-map static-networking-name-servers networkings))
    (() '())
    (name-servers
     `(("resolv.conf"
        ,(plain-file "resolv.conf"
                     (string-concatenate
                      (cons "# Made from the definition of the system.\n"
                            (map (lambda (server)
                                   (string-append "nameserver " server "\n"))
                                 name-servers)))))))))

(define static-networking-service-type
  (service-type
   (name 'static-networking)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (lambda (networkings)
                               (map static-networking-shepherd-service
                                    networkings)))
          (service-extension etc-service-type static-networking-etc-files)))
   (compose concatenate)
   (extend append)
   (description "Networks with fixed addresses.  Contributions are lists of
'static-networking' records.")))

(define* (static-networking-service interface ip
                                    #:key netmask gateway provision
                                    (requirement '(udev))
                                    (name-servers '()))
  "Return the service that gives INTERFACE the address IP."
  (simple-service 'static-network-interface
                  static-networking-service-type
                  (list (static-networking
                         (addresses
                          (list (network-address
                                 (device interface)
                                 (value (string-append
                                         ip "/"
                                         (number->string
                                          (if netmask
                                              (netmask->prefix netmask)
                                              24)))))))
                         (routes
                          (if gateway
                              (list (network-route
                                     (destination "default")
                                     (gateway gateway)))
                              '()))
                         (requirement requirement)
                         (provision (or provision '(networking)))
                         (name-servers name-servers)))))

(define (netmask->prefix netmask)
  "Return how many bits NETMASK, such as \"255.255.255.0\", has set."
  (apply +
         (map (lambda (octet)
                (logcount (string->number octet)))
              (string-split netmask #\.))))

(define %loopback-static-networking
  (static-networking
   (addresses (list (network-address
                     (device "lo")
                     (value "127.0.0.1/8"))))
   (requirement '())
   (provision '(loopback))))

;; What QEMU offers guests with '-net user'.
(define %qemu-static-networking
  (static-networking
   (addresses (list (network-address
                     (device "eth0")
                     (value "10.0.2.15/24"))))
   (routes (list (network-route
                  (destination "default")
                  (gateway "10.0.2.2"))))
   (requirement '())
   (provision '(networking))
   (name-servers '("10.0.2.3"))))
