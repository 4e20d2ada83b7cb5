;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; What the code that starts a Shepherd service runs: read from the code as it is
;;; written, as far as it only puts a command together.

(define-module (tintype debian commands)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (start-code->run
            run?
            run-commands
            run-daemon?
            run-option
            run-sockets
            run-per-connection?

            code-value
            bind-names

            text?
            text-parts))

;; COMMANDS are lists of strings and texts; those of a daemon are one, the process
;; that stays.  OPTIONS are an alist of keywords and values.  A daemon that is
;; started when someone connects has SOCKETS, addresses as strings; one that is
;; started for each connection is PER-CONNECTION?.
(define-record-type <run>
  (%make-run commands daemon? options sockets per-connection?)
  run?
  (commands        run-commands)
  (daemon?         run-daemon?)
  (options         run-options)
  (sockets         run-sockets)
  (per-connection? run-per-connection?))

(define* (make-run commands daemon? options
                   #:key (sockets '()) (per-connection? #f))
  (%make-run commands daemon? options sockets per-connection?))

(define* (run-option run key #:optional (default #f))
  "Return the value that RUN has for KEY, a keyword, or DEFAULT."
  (match (assq key (run-options run))
    (#f default)
    ((_ . value) value)))

;;;
;;; Values that code has before it runs.
;;;

;; A string with paths of objects in it.
(define-record-type <text>
  (make-text parts)
  text?
  (parts text-parts))

(define (unknown)
  (throw 'unknown))

(define (append-text . values)
  (let ((parts (append-map (lambda (value)
                             (cond ((string? value) (list value))
                                   ((text? value) (text-parts value))
                                   (else (unknown))))
                           values)))
    (match parts
      (((? string?) ...)
       (string-concatenate parts))
      ;; A file of a package, by its own path.
      (((and package ('package . _)) (? absolute? suffix))
       (make-text `((file-append ,package ,suffix))))
      (_ (make-text parts)))))

(define (absolute? text)
  (and (string? text)
       (string-prefix? "/" text)))

(define (code-value code names)
  "Return the value of CODE, lowered, where NAMES is an alist of what variables
hold.  Throw to 'unknown' if only running it would tell."
  (define (value code)
    (code-value code names))

  (match code
    ((or (? string?) (? number?) (? boolean?) (? keyword?)) code)
    ((? symbol?)
     (match (assq code names)
       ((_ . found) found)
       (#f (unknown))))
    (('quote datum) (quoted-value datum))
    (('*at* _ code) (value code))
    (('*input* object) (make-text (list object)))
    (('list . codes) (map value codes))
    (('cons first rest) (cons (value first) (value rest)))
    (('cons* . codes) (apply cons* (map value codes)))
    (('append . codes) (apply append (map value codes)))
    (('string-append . codes) (apply append-text (map value codes)))
    (('number->string code)
     (match (value code)
       ((? number? number) (number->string number))
       (_ (unknown))))
    (('if test then else) (if (value test) (value then) (value else)))
    (('and . codes) (every value codes))
    (('or . codes) (any value codes))
    (('not code) (not (value code)))
    (('default-environment-variables) '())
    ;; Only who it is counts.
    (('getpwnam code) (cons 'user (value code)))
    (('dirname code)
     (match (value code)
       ((? string? path) (dirname path))
       (_ (unknown))))
    ((or ('let bindings body) ('let* bindings body))
     (code-value body (bind-names bindings names)))
    (_ (unknown))))

(define (quoted-value datum)
  "Return DATUM, in which objects stand as they do in code."
  (match datum
    (('*input* object) (make-text (list object)))
    (('*at* _ datum) (quoted-value datum))
    ((first . rest) (cons (quoted-value first) (quoted-value rest)))
    (_ datum)))

(define (bind-names bindings names)
  "Return NAMES with BINDINGS, each of which sees those before it."
  (fold (lambda (binding names)
          (match binding
            ((name code)
             (match (catch 'unknown
                      (lambda () (list (code-value code names)))
                      (const #f))
               (#f names)
               ((value) (alist-cons name value names))))
            (_ (unknown))))
        names bindings))


;;;
;;; Starting.
;;;

(define (options-of arguments names)
  (match arguments
    (() '())
    (((? keyword? key) code . rest)
     (alist-cons key (code-value code names) (options-of rest names)))
    (_ (unknown))))

(define (command-of code names)
  (let ((command (code-value code names)))
    (if (and (pair? command)
             (list? command)
             (every (lambda (argument)
                      (or (string? argument) (text? argument)))
                    command))
        command
        (unknown))))

(define (daemon command arguments names)
  (make-run (list (command-of command names)) #t
            (options-of arguments names)))

;; Addresses as in systemd.socket(5).
(define (address->string code names)
  (define (port code)
    (match (code-value code names)
      ((? number? port) (number->string port))
      (_ (unknown))))

  (match code
    (('make-socket-address 'AF_INET 'INADDR_ANY code)
     (string-append "0.0.0.0:" (port code)))
    (('make-socket-address 'AF_INET 'INADDR_LOOPBACK code)
     (string-append "127.0.0.1:" (port code)))
    (('make-socket-address 'AF_INET6 'IN6ADDR_ANY code)
     (string-append "[::]:" (port code)))
    (('make-socket-address 'AF_INET6 'IN6ADDR_LOOPBACK code)
     (string-append "[::1]:" (port code)))
    (('make-socket-address 'AF_UNIX code)
     (match (code-value code names)
       ((? string? path) path)
       (_ (unknown))))
    (_ (unknown))))

(define (sockets-of code names)
  (match code
    (('*at* _ code) (sockets-of code names))
    (('list endpoints ...)
     (map (match-lambda
            (('endpoint address . _) (address->string address names))
            (_ (unknown)))
          endpoints))
    (_ (unknown))))

(define (start->run code names)
  (match code
    (((and kind (or 'make-inetd-constructor 'make-systemd-constructor))
      command sockets . arguments)
     (make-run (list (command-of command names)) #t
               (options-of arguments names)
               #:sockets (sockets-of sockets names)
               #:per-connection? (eq? kind 'make-inetd-constructor)))
    (('*at* _ code) (start->run code names))
    (('make-forkexec-constructor command . arguments)
     (daemon command arguments names))
    ((or ('let bindings body) ('let* bindings body))
     (start->run body (bind-names bindings names)))
    (((or 'lambda 'lambda*) _ . body) (body->run body names))
    (('const #t) (make-run '() #f '()))
    (_ (unknown))))

;; The last form says how it went; those before it run commands, or do what a new
;; process finds done.
(define (body->run body names)
  (match body
    ((form) (last-form->run form names))
    ((form . rest)
     (match (last-form->run form names)
       ((? run-daemon?) (unknown))
       (run (let ((others (body->run rest names)))
              (make-run (append (run-commands run) (run-commands others))
                        (run-daemon? others)
                        (run-options others))))))))

(define (last-form->run form names)
  (match form
    (('*at* _ form) (last-form->run form names))
    ((or #t #f ('const #t)) (make-run '() #f '()))
    ((or ('zero? form) ('begin form)) (last-form->run form names))
    (('begin . forms) (body->run forms names))
    (((or 'system* 'invoke) . command)
     (make-run (list (command-of (cons 'list command) names)) #f '()))
    (('fork+exec-command command . arguments)
     (daemon command arguments names))
    (('apply ('make-forkexec-constructor command . arguments) _)
     (daemon command arguments names))
    ((('make-forkexec-constructor command . arguments))
     (daemon command arguments names))
    ((or ('let bindings . body) ('let* bindings . body))
     (body->run body (bind-names bindings names)))
    (_ (unknown))))

(define (start-code->run code)
  "Return what CODE, lowered, starts, or #f if that cannot be told."
  (catch 'unknown
    (lambda ()
      (match code
        (('gexp code) (start->run code '()))
        (_ (unknown))))
    (const #f)))
