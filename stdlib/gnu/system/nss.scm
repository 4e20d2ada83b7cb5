;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The name service switch of the C library: which services are asked for
;;; users, hosts and so on, and in what order.  See nsswitch.conf(5).

(define-module (gnu system nss)
  #:use-module (guix records)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (name-service-switch
            name-service-switch?
            name-service
            name-service?
            lookup-specification
            %compat
            %files
            %dns
            %default-nss
            mdns-host-lookup-nss
            %mdns-host-lookup-nss
            name-service-switch->string))

(define-record-type* <name-service>
  name-service make-name-service
  name-service?
  (name     name-service-name)
  (reaction name-service-reaction                 ;list of <lookup-reaction>
            (default '())))

(define-record-type <lookup-status-negation>
  (lookup-status-negation status)
  lookup-status-negation?
  (status lookup-status-negation-status))

(define-record-type <lookup-reaction>
  (make-lookup-reaction status action)
  lookup-reaction?
  (status lookup-reaction-status)
  (action lookup-reaction-action))

(define %statuses '(success not-found unavailable try-again))
(define %actions '(return continue))

(define (checked symbol allowed)
  "Return SYMBOL if it is one of ALLOWED.  Otherwise raise an error."
  (if (memq symbol allowed)
      symbol
      (error "invalid symbol in a lookup specification" symbol)))

(define-syntax lookup-reaction
  (syntax-rules (not =>)
    ((_ ((not status) => action))
     (make-lookup-reaction
      (lookup-status-negation (checked 'status %statuses))
      (checked 'action %actions)))
    ((_ (status => action))
     (make-lookup-reaction (checked 'status %statuses)
                           (checked 'action %actions)))))

;; What to do about a service's answer: (STATUS => ACTION), or
;; ((not STATUS) => ACTION), each.
(define-syntax-rule (lookup-specification reaction ...)
  (list (lookup-reaction reaction) ...))


;;;
;;; Services.
;;;

(define %compat
  (name-service
   (name "compat")
   (reaction (lookup-specification (not-found => return)))))

(define %files
  (name-service (name "files")))

;; Its answer counts, unless it cannot be asked.
(define %dns
  (name-service
   (name "dns")
   (reaction (lookup-specification ((not unavailable) => return)))))

;; Each field is a list of <name-service>.
(define-record-type* <name-service-switch>
  name-service-switch make-name-service-switch
  name-service-switch?
  (aliases    name-service-switch-aliases    (default '()))
  (ethers     name-service-switch-ethers     (default '()))
  (group      name-service-switch-group      (default (list %files)))
  (gshadow    name-service-switch-gshadow    (default '()))
  (hosts      name-service-switch-hosts      (default (list %files %dns)))
  (initgroups name-service-switch-initgroups (default '()))
  (netgroup   name-service-switch-netgroup   (default '()))
  (networks   name-service-switch-networks   (default (list %files %dns)))
  (password   name-service-switch-password   (default (list %files)))
  (public-key name-service-switch-public-key (default '()))
  (rpc        name-service-switch-rpc        (default '()))
  (services   name-service-switch-services   (default '()))
  (shadow     name-service-switch-shadow     (default (list %files))))

(define %default-nss
  (name-service-switch))

(define* (mdns-host-lookup-nss #:key (ipv6? #t) (ipv4? #t))
  "Return a switch that finds hosts by multicast DNS as well, for the kinds of
addresses asked for."
  (define suffix
    (cond ((and ipv4? ipv6?) "")
          (ipv4? "4")
          (ipv6? "6")
          (else (error "one of 'ipv4?' and 'ipv6?' must be true"))))

  (name-service-switch
   (hosts (list %files
                (name-service
                 (name (string-append "mdns" suffix "_minimal"))
                 (reaction (lookup-specification (not-found => return))))
                (name-service
                 (name "dns"))
                (name-service
                 (name (string-append "mdns" suffix)))))))

(define %mdns-host-lookup-nss
  (mdns-host-lookup-nss))


;;;
;;; nsswitch.conf.
;;;

(define (status->string status)
  (match status
    ((? lookup-status-negation?)
     (string-append "!"
                    (status->string (lookup-status-negation-status status))))
    ('success     "SUCCESS")
    ('not-found   "NOTFOUND")
    ('unavailable "UNAVAIL")
    ('try-again   "TRYAGAIN")))

(define (reaction->string reaction)
  (string-append (status->string (lookup-reaction-status reaction))
                 "="
                 (symbol->string (lookup-reaction-action reaction))))

(define (name-service->string service)
  (match (name-service-reaction service)
    (() (name-service-name service))
    (reactions
     (string-append (name-service-name service) " ["
                    (string-join (map reaction->string reactions) " ")
                    "]"))))

(define (name-service-switch->string switch)
  "Return SWITCH as the text of nsswitch.conf."
  (string-concatenate
   (map (match-lambda
          ((database services-of)
           (match (services-of switch)
             (() "")
             (services
              (string-append database ":\t"
                             (string-join (map name-service->string services)
                                          " ")
                             "\n")))))
        `(("aliases"    ,name-service-switch-aliases)
          ("ethers"     ,name-service-switch-ethers)
          ("group"      ,name-service-switch-group)
          ("gshadow"    ,name-service-switch-gshadow)
          ("hosts"      ,name-service-switch-hosts)
          ("initgroups" ,name-service-switch-initgroups)
          ("netgroup"   ,name-service-switch-netgroup)
          ("networks"   ,name-service-switch-networks)
          ("passwd"     ,name-service-switch-password)
          ("publickey"  ,name-service-switch-public-key)
          ("rpc"        ,name-service-switch-rpc)
          ("services"   ,name-service-switch-services)
          ("shadow"     ,name-service-switch-shadow)))))
