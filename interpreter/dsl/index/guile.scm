;;; Where the exports of our modules differ from those of Guile's modules of the same names: what ours
;;; lacks and what it has besides, with the reason. Modules without differences are listed too:
;;; interpreter/scheme/tests/exports.rs compares each of these with the Guile that is installed.

((scheme base))
((scheme case-lambda))
((scheme char))
((scheme complex))
((scheme cxr))
((scheme eval))
((scheme file))
((scheme inexact))
((scheme lazy))
((scheme load))
((scheme process-context))
((scheme r5rs))
((scheme read))
((scheme repl))
((scheme time))
((scheme write))
((rnrs)
  (besides "R6RS has it; Guile's (rnrs) does not take it of (rnrs io ports)"
   make-custom-binary-input/output-port)
  (lacks "arrays are vectors and bytevectors of one dimension; there are no bit vectors"
   uniform-array->bytevector))
((rnrs base))
((rnrs lists))
((rnrs control))
((rnrs exceptions))
((rnrs conditions))
((rnrs files))
((rnrs io simple))
((rnrs io ports))
((rnrs records syntactic))
((rnrs records procedural))
((rnrs records inspection))
((rnrs arithmetic fixnums))
((rnrs arithmetic flonums))
((rnrs arithmetic bitwise))
((rnrs hashtables))
((rnrs enums))
((rnrs syntax-case))
((rnrs unicode))
((rnrs sorting))
((rnrs bytevectors)
  (lacks "arrays are vectors and bytevectors of one dimension; there are no bit vectors"
   uniform-array->bytevector))
((rnrs programs))
((rnrs eval))
((rnrs mutable-pairs))
((rnrs mutable-strings))
((rnrs r5rs))
((srfi srfi-1))
((srfi srfi-2))
((srfi srfi-8))
((srfi srfi-9))
((srfi srfi-9 gnu))
((srfi srfi-11))
((srfi srfi-13))
((srfi srfi-14))
((srfi srfi-16))
((srfi srfi-19))
((srfi srfi-26))
((srfi srfi-28))
((srfi srfi-31))
((srfi srfi-34))
((srfi srfi-35))
((srfi srfi-37))
((srfi srfi-38))
((srfi srfi-39))
((srfi srfi-41))
((srfi srfi-43))
((srfi srfi-45))
((srfi srfi-60))
((srfi srfi-64))
((srfi srfi-69))
((srfi srfi-71))
((srfi srfi-88))
((srfi srfi-98))
((srfi srfi-111))
((srfi srfi-171))
((ice-9 match))
((ice-9 format))
((ice-9 pretty-print))
((ice-9 ftw))
((ice-9 popen)
  (lacks "Guile's own workings"
   port/pid-table))
((ice-9 regex))
((ice-9 rdelim)
  (lacks "Guile's own workings"
   %read-delimited! %read-line))
((ice-9 textual-ports))
((ice-9 binary-ports))
((ice-9 vlist))
((ice-9 string-fun))
((ice-9 exceptions))
((ice-9 control))
((ice-9 optargs))
((ice-9 receive))
((ice-9 common-list))
((ice-9 copy-tree))
((ice-9 getopt-long))
((ice-9 hash-table))
((ice-9 iconv))
((ice-9 list))
((ice-9 ports)
  (lacks "ports have no descriptors of the system, no buffers to set and no modes"
   %make-void-port %port-property %set-port-property! *null-device* SEEK_CUR SEEK_END SEEK_SET
   adjust-port-revealed! current-load-port drain-input dup dup->fdes dup->inport dup->outport
   dup->port dup2 duplicate-port fdes->inport fdes->outport fdes->ports fdopen file-port?
   file-position file-set-position fileno ftell inherit-print-state isatty? move->fdes
   open-io-file port->fdes port-conversion-strategy port-encoding port-for-each port-mode
   port-revealed primitive-move->fdes redirect-port release-port-handle seek set-port-column!
   set-port-conversion-strategy! set-port-filename! set-port-line! set-port-revealed! setvbuf
   the-eof-object)
  (besides "Guile has these in (guile)"
   close open-input-string open-output-string))
((ice-9 q))
((ice-9 streams))
((ice-9 threads)
  (lacks "Guile's own workings"
   %thread-handler))
((ice-9 futures))
((ice-9 atomic))
((ice-9 weak-vector))
((ice-9 and-let-star))
((ice-9 curried-definitions))
((ice-9 time))
((guile)
  (lacks "how Guile's own expander, modules and compiled code do their work"
   $sc-dispatch %char-set-dump %cond-expand-table %read-hash-procedures %resolve-variable
   %string-dump %symbol-dump <parameter> abort-to-prompt* convert-assignment current-language
   default-duplicate-binding-handler default-duplicate-binding-procedures
   define-option-interface duplicate-handlers include-library-declarations
   make-autoload-interface make-syntax-transformer set-autoloaded! source-whash
   t-680b775fb37a463-835-ea7466bacb65da2 t-680b775fb37a463-84a-dd4ca4dd94494c8)
  (lacks "text is UTF-8, and ports have no other settings"
   %default-port-conversion-strategy %default-port-encoding %file-port-name-canonicalization
   file-encoding get-print-state port-with-print-state)
  (lacks "a port of a program's own is made of procedures by (ice-9 binary-ports)"
   make-soft-port)
  (lacks "a symbol is its name: it has no slots, and there are not two of one name"
   make-symbol symbol-fref symbol-fset! symbol-pref symbol-pset!)
  (lacks "a hash table holds all that is in it: none is weak"
   doubly-weak-hash-table? weak-key-hash-table? weak-value-hash-table?)
  (lacks "times of files are whole seconds"
   stat:atimensec stat:ctimensec stat:mtimensec)
  (lacks "an object has no address"
   object-address)
  (lacks "errors are printed in one way, with the place in the program"
   display-application set-exception-printer!)
  (lacks "there is one thread"
   fluid-ref* fluid-thread-local?)
  (lacks "what a system can do is not changed by programs"
   cond-expand-provide require-extension)
  (lacks "a parameter is set by applying it"
   make-mutable-parameter)
  (lacks "a procedure has the parameters that it was written with"
   set-procedure-minimum-arity!)
  (lacks "the stack, hooks and settings of the evaluator are not values of programs"
   %auto-compilation-options %get-stack-size %load-hook %stacks %start-stack *repl-stack*
   abort-hook after-backtrace-hook after-error-hook after-eval-hook after-gc-hook
   after-print-hook after-read-hook backtrace before-backtrace-hook before-error-hook
   before-eval-hook before-print-hook before-read-hook current-dynamic-state current-reader
   debug-disable debug-enable debug-options debug-options-interface debug-set! display-backtrace
   dynamic-call dynamic-func dynamic-link dynamic-object? dynamic-pointer dynamic-state?
   dynamic-unlink exit-hook frame-address frame-arguments frame-dynamic-link
   frame-instruction-pointer frame-previous frame-procedure-name frame-return-address
   frame-source frame-stack-pointer frame? gc gc-disable gc-dump gc-enable gc-run-time gc-stats
   has-shown-backtrace-hint? macro-binding macro-name macro-transformer macro-type macro?
   macroexpand macroexpanded? make-guardian make-stack memoize-expression memoized-typecode
   module-defined-hook print-disable print-enable print-options print-options-interface
   print-set! procedure-source quote-syntax read-disable read-enable read-eval?
   read-hash-procedure read-hash-procedures read-options read-options-interface read-set!
   read-syntax repl-reader set-current-dynamic-state stack-id stack-length stack-ref stack?
   start-stack system-async-mark unmemoize-expression with-dynamic-state)
  (lacks "compiled files and where Guile itself is installed"
   %compile-fallback-path %fresh-auto-compile %global-site-dir %guile-build-info
   %init-rdelim-builtins %init-rw-builtins %library-dir %load-announce %load-compiled-extensions
   %load-compiled-path %load-extensions %load-should-auto-compile %load-verbosely
   %package-data-dir %search-load-path %site-ccache-dir %site-dir %warn-auto-compilation-enabled
   assert-load-verbosity autoload-done! autoload-done-or-in-progress? autoload-in-progress!
   autoloads-done autoloads-in-progress batch-mode? begin-deprecated call-with-include-port
   ensure-batch-mode! include-deprecated-features install-r6rs! install-r7rs!
   issue-deprecation-warning load-compiled load-extension load-user-init
   primitive-read reload-module try-load-module try-module-autoload)
  (lacks "structures are records: their layouts are not seen"
   %expanded-vtables <applicable-struct-vtable> <applicable-struct-with-setter-vtable>
   <standard-vtable> allocate-struct make-struct-layout make-struct/no-tail make-struct/simple
   make-vtable prefab-record-types record-type-extensible? record-type-mutable-fields
   record-type-opaque? record-type-properties record-type-uid record-type-vtable
   standard-vtable-fields struct-layout struct-ref/unboxed struct-set!/unboxed
   struct-vtable-name struct-vtable? vtable-index-layout vtable-index-printer)
  (lacks "arrays are vectors and bytevectors of one dimension; there are no bit vectors"
   %get-pre-modules-obarray array-cell-ref array-cell-set! array-contents array-copy!
   array-copy-in-order! array-map-in-order! array-slice array-slice-for-each
   array-slice-for-each-in-order array-type-code bit-count bit-count* bit-invert! bit-position
   bit-set*! bitvector bitvector->list bitvector-bit-clear? bitvector-bit-set?
   bitvector-clear-all-bits! bitvector-clear-bit! bitvector-clear-bits! bitvector-copy
   bitvector-count bitvector-count-bits bitvector-fill! bitvector-flip-all-bits!
   bitvector-length bitvector-position bitvector-ref bitvector-set! bitvector-set-all-bits!
   bitvector-set-bit! bitvector-set-bits! bitvector? list->bitvector list->typed-array
   make-array make-bitvector make-generalized-vector make-shared-array make-typed-array
   module-import-obarray module-obarray module-obarray-get-handle module-obarray-ref
   module-obarray-remove! module-obarray-set! set-module-obarray! shared-array-increments
   shared-array-offset shared-array-root transpose-array typed-array?)
  (lacks "modules are not taken apart or put together by their parts"
   %print-module beautify-user-module! call-with-deferred-observers
   call-with-module-autoload-lock define! define-module* define-private local-define
   local-define-module local-ref local-ref-module local-remove local-set!
   lookup-duplicates-handlers make-fresh-user-module make-module make-modules-in
   module-autoload! module-binder module-call-observers module-clear! module-constructor
   module-declarative? module-defer-observers module-define-submodule!
   module-duplicates-handlers module-export-all! module-generate-unique-id! module-gensym
   module-import-interface module-inlinable-exports module-kind module-make-local-var!
   module-modified module-next-unique-id module-observe module-observe-weak module-observers
   module-ref-submodule module-replace! module-replacements module-reverse-lookup module-search
   module-submodule-binder module-submodules module-symbol-interned? module-symbol-local-binding
   module-symbol-locally-interned? module-transformer module-type module-unobserve
   module-version module-weak-observers nested-define! nested-define-module! nested-ref
   nested-ref-module nested-remove! nested-set! process-use-modules purify-module!
   resolve-r6rs-interface set-module-binder! set-module-declarative?!
   set-module-duplicates-handlers! set-module-filename! set-module-inlinable-exports!
   set-module-kind! set-module-name! set-module-next-unique-id! set-module-observers!
   set-module-public-interface! set-module-submodule-binder! set-module-submodules!
   set-module-transformer! set-module-uses! set-module-version! the-scm-module
   user-modules-declarative? version-matches?)
  (lacks "randomness: a definition gives the same image every time"
   *random-state* copy-random-state datum->random-state random-state->datum
   random-state-from-platform random:exp random:hollow-sphere! random:normal
   random:normal-vector! random:solid-sphere! random:uniform seed->random-state)
  (lacks "sockets, networks and their databases: a definition has no network"
   AF_INET AF_INET6 AF_UNIX AF_UNSPEC AI_ADDRCONFIG AI_ALL AI_CANONNAME AI_NUMERICHOST
   AI_NUMERICSERV AI_PASSIVE AI_V4MAPPED EAI_ADDRFAMILY EAI_AGAIN EAI_ALLDONE EAI_BADFLAGS
   EAI_CANCELED EAI_FAIL EAI_FAMILY EAI_IDN_ENCODE EAI_INPROGRESS EAI_INTR EAI_MEMORY EAI_NODATA
   EAI_NONAME EAI_NOTCANCELED EAI_OVERFLOW EAI_SERVICE EAI_SOCKTYPE EAI_SYSTEM INADDR_ANY
   INADDR_BROADCAST INADDR_LOOPBACK INADDR_NONE IPPROTO_IP IPPROTO_TCP IPPROTO_UDP
   IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP IP_MULTICAST_IF IP_MULTICAST_TTL MSG_DONTROUTE
   MSG_DONTWAIT MSG_OOB MSG_PEEK PF_INET PF_INET6 PF_UNIX PF_UNSPEC PIPE_BUF SOCK_CLOEXEC
   SOCK_DGRAM SOCK_NONBLOCK SOCK_RAW SOCK_RDM SOCK_SEQPACKET SOCK_STREAM SOL_SOCKET SO_BROADCAST
   SO_DEBUG SO_DONTROUTE SO_ERROR SO_KEEPALIVE SO_LINGER SO_NO_CHECK SO_OOBINLINE SO_PRIORITY
   SO_RCVBUF SO_REUSEADDR SO_REUSEPORT SO_SNDBUF SO_TYPE TCP_CORK TCP_NODELAY accept
   addrinfo:addr addrinfo:canonname addrinfo:fam addrinfo:flags addrinfo:protocol
   addrinfo:socktype bind connect endhostent endnetent endprotoent endservent gai-strerror
   gethost gethostbyaddr gethostbyname gethostent gethostname getnet getnetbyaddr getnetbyname
   getnetent getpeername getproto getprotobyname getprotobynumber getprotoent getserv
   getservbyname getservbyport getservent getsockname getsockopt hostent:addr-list
   hostent:addrtype hostent:aliases hostent:length hostent:name inet-lnaof inet-makeaddr
   inet-netof inet-ntop inet-pton listen make-socket-address netent:addrtype netent:aliases
   netent:name netent:net protoent:aliases protoent:name protoent:proto recv! recvfrom! select
   send sendfile sendto servent:aliases servent:name servent:port servent:proto sethost
   sethostent sethostname setnet setnetent setproto setprotoent setserv setservent setsockopt
   shutdown sockaddr:addr sockaddr:fam sockaddr:flowinfo sockaddr:path sockaddr:port
   sockaddr:scopeid socketpair)
  (lacks "users, groups and what the host is: a definition gives the same image on each"
   AT_EMPTY_PATH AT_NO_AUTOMOUNT AT_SYMLINK_FOLLOW AT_SYMLINK_NOFOLLOW FD_CLOEXEC F_DUPFD
   F_GETFD F_GETFL F_GETOWN F_SETFD F_SETFL F_SETOWN LOCK_EX LOCK_NB LOCK_SH LOCK_UN O_APPEND
   O_ASYNC O_CLOEXEC O_CREAT O_DIRECT O_DIRECTORY O_EXCL O_IGNORE_CTTY O_LARGEFILE O_NDELAY
   O_NOATIME O_NOCTTY O_NOFOLLOW O_NOLINK O_NONBLOCK O_NOTRANS O_PATH O_RDONLY O_RDWR O_SYNC
   O_TMPFILE O_TRUNC O_WRONLY chroot close-fdes endgrent endpwent fcntl flock fsync
   getegid geteuid getgid getgr getgrent getgrgid getgrnam getgroups getlogin getpass getpw
   getpwent getpwnam getpwuid getuid group:gid group:mem group:name group:passwd mkstemp! open
   open-fdes passwd:dir passwd:gecos passwd:gid passwd:name passwd:passwd passwd:shell
   passwd:uid setegid seteuid setgid setgr setgrent setgroups setpw setpwent setuid sync tmpfile
   tmpnam uname utsname:machine utsname:nodename utsname:release utsname:sysname utsname:version)
  (lacks "error numbers of the system that no operation here has"
   E2BIG EADDRINUSE EADDRNOTAVAIL EADV EAFNOSUPPORT EAGAIN EALREADY EBADE EBADFD EBADMSG EBADR
   EBADRQC EBADSLT EBFONT EBUSY ECANCELED ECHILD ECHRNG ECOMM ECONNABORTED ECONNREFUSED
   ECONNRESET EDEADLK EDEADLOCK EDESTADDRREQ EDOM EDOTDOT EDQUOT EFAULT EFBIG EHOSTDOWN
   EHOSTUNREACH EHWPOISON EIDRM EILSEQ EINPROGRESS EINTR EISCONN EISNAM EKEYEXPIRED EKEYREJECTED
   EKEYREVOKED EL2HLT EL2NSYNC EL3HLT EL3RST ELIBACC ELIBBAD ELIBEXEC ELIBMAX ELIBSCN ELNRNG
   EMEDIUMTYPE EMFILE EMLINK EMSGSIZE EMULTIHOP ENAMETOOLONG ENAVAIL ENETDOWN ENETRESET
   ENETUNREACH ENFILE ENOANO ENOBUFS ENOCSI ENODATA ENODEV ENOEXEC ENOKEY ENOLCK ENOLINK
   ENOMEDIUM ENOMEM ENOMSG ENONET ENOPKG ENOPROTOOPT ENOSR ENOSTR ENOSYS ENOTBLK ENOTCONN
   ENOTNAM ENOTRECOVERABLE ENOTSOCK ENOTSUP ENOTTY ENOTUNIQ ENXIO EOPNOTSUPP EOVERFLOW
   EOWNERDEAD EPFNOSUPPORT EPIPE EPROTO EPROTONOSUPPORT EPROTOTYPE ERANGE EREMCHG EREMOTE
   EREMOTEIO ERESTART ERFKILL ESHUTDOWN ESOCKTNOSUPPORT ESPIPE ESRCH ESRMNT ESTALE ESTRPIPE
   ETIME ETIMEDOUT ETOOMANYREFS ETXTBSY EUCLEAN EUNATCH EUSERS EWOULDBLOCK EXDEV EXFULL)
  (lacks "processes, signals and timers: no program is started, and nothing waits"
   ITIMER_PROF ITIMER_REAL ITIMER_VIRTUAL NSIG PRIO_PGRP PRIO_PROCESS PRIO_USER SA_NOCLDSTOP
   SA_RESTART SIGABRT SIGALRM SIGBUS SIGCHLD SIGCLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGIO
   SIGIOT SIGKILL SIGPIPE SIGPOLL SIGPROF SIGPWR SIGQUIT SIGRTMAX SIGRTMIN SIGSEGV SIGSTKFLT
   SIGSTKSZ SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2
   SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ SIG_DFL SIG_IGN WAIT_ANY WAIT_MYPGRP WNOHANG WUNTRACED
   alarm ctermid getaffinity getitimer getpgrp getpid getppid getpriority getrlimit getsid kill
   nice pause pipe primitive-_exit restore-signals setaffinity setitimer setpgid setpriority
   setrlimit setsid sigaction signal-handlers sleep status:exit-val status:stop-sig
   status:term-sig tcgetpgrp tcsetpgrp times tms:clock tms:cstime tms:cutime tms:stime tms:utime
   ttyname usleep waitpid)
  (lacks "locales and local time: text and dates are the same everywhere; (srfi srfi-19) has dates"
   LC_ADDRESS LC_COLLATE LC_CTYPE LC_IDENTIFICATION LC_MEASUREMENT LC_MONETARY LC_NAME
   LC_NUMERIC LC_PAPER LC_TELEPHONE LC_TIME bind-textdomain-codeset get-internal-real-time
   get-internal-run-time gmtime internal-time-units-per-second localtime mktime set-tm:gmtoff
   set-tm:hour set-tm:isdst set-tm:mday set-tm:min set-tm:mon set-tm:sec set-tm:wday set-tm:yday
   set-tm:year set-tm:zone strftime strptime tm:gmtoff tm:hour tm:isdst tm:mday tm:min tm:mon
   tm:sec tm:wday tm:yday tm:year tm:zone tzset)
  (besides "Guile takes these of (ice-9 ports), which is visible where (guile) is"
   OPEN_BOTH OPEN_READ OPEN_WRITE call-with-input-file call-with-input-string
   call-with-output-file call-with-port char-ready? close-input-port close-output-port
   current-input-port current-output-port flush-all-ports input-port? open-output-file
   output-port? peek-char port-closed? port-column port-filename port-line port? read-char
   set-current-error-port set-current-input-port set-current-output-port truncate-file
   unread-char unread-string with-error-to-file with-error-to-port with-error-to-string
   with-input-from-file with-input-from-port with-input-from-string with-output-to-file
   with-output-to-port with-output-to-string))
