;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Servers of the web.

(define-module (gnu services web)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services admin)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system accounts)
  #:use-module (gnu system shadow)
  #:use-module ((gnu packages admin) #:select (shadow))
  #:use-module ((gnu packages web) #:select (nginx))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (nginx-configuration
            nginx-configuration?
            nginx-configuration-nginx
            nginx-configuration-shepherd-requirement
            nginx-configuration-log-directory
            nginx-configuration-log-level
            nginx-configuration-log-format
            nginx-configuration-log-formats
            nginx-configuration-run-directory
            nginx-configuration-server-blocks
            nginx-configuration-upstream-blocks
            nginx-configuration-server-names-hash-bucket-size
            nginx-configuration-server-names-hash-bucket-max-size
            nginx-configuration-stream
            nginx-configuration-modules
            nginx-configuration-global-directives
            nginx-configuration-extra-content
            nginx-configuration-file

            nginx-server-configuration
            nginx-server-configuration?
            nginx-server-configuration-listen
            nginx-server-configuration-server-name
            nginx-server-configuration-root
            nginx-server-configuration-locations
            nginx-server-configuration-index
            nginx-server-configuration-ssl-certificate
            nginx-server-configuration-ssl-certificate-key
            nginx-server-configuration-server-tokens?
            nginx-server-configuration-raw-content

            nginx-upstream-configuration
            nginx-upstream-configuration?
            nginx-upstream-configuration-name
            nginx-upstream-configuration-servers
            nginx-upstream-configuration-extra-content

            nginx-location-configuration
            nginx-location-configuration?
            nginx-location-configuration-uri
            nginx-location-configuration-body

            nginx-php-location

            nginx-named-location-configuration
            nginx-named-location-configuration?
            nginx-named-location-configuration-name
            nginx-named-location-configuration-body

            nginx-stream-configuration
            nginx-stream-configuration?
            nginx-stream-configuration-server-blocks
            nginx-stream-configuration-upstream-blocks
            nginx-stream-configuration-extra-content

            nginx-log-format-configuration
            nginx-log-format-configuration?
            nginx-log-format-configuration-name
            nginx-log-format-configuration-escape
            nginx-log-format-configuration-format

            nginx-service-type))

;;;
;;; Configurations of nginx.
;;;

(define (check-member values text)
  "Return a sanitizer that lets VALUES pass, and else raises an error of TEXT."
  (lambda (value)
    (if (memq value values)
        value
        (raise-message #f text value))))

(define assert-valid-log-level
  (check-member '(debug info notice warn error crit alert emerg)
                (G_ "~s: invalid log level of nginx")))

(define assert-valid-log-format-escape
  (check-member '(default json none)
                (G_ "~s: invalid escaping of a log format of nginx")))

(define-record-type* <nginx-server-configuration>
  nginx-server-configuration make-nginx-server-configuration
  nginx-server-configuration?
  (listen              nginx-server-configuration-listen
                       (default '("80" "443 ssl")))
  (server-name         nginx-server-configuration-server-name
                       (default '(default)))
  (root                nginx-server-configuration-root
                       (default "/srv/http"))
  (locations           nginx-server-configuration-locations
                       (default '()))
  (index               nginx-server-configuration-index
                       (default '("index.html")))
  (try-files           nginx-server-configuration-try-files
                       (default '()))
  (ssl-certificate     nginx-server-configuration-ssl-certificate
                       (default #f))
  (ssl-certificate-key nginx-server-configuration-ssl-certificate-key
                       (default #f))
  (server-tokens?      nginx-server-configuration-server-tokens?
                       (default #f))
  (raw-content         nginx-server-configuration-raw-content
                       (default '())))

(define-record-type* <nginx-upstream-configuration>
  nginx-upstream-configuration make-nginx-upstream-configuration
  nginx-upstream-configuration?
  (name          nginx-upstream-configuration-name)
  (servers       nginx-upstream-configuration-servers)
  (extra-content nginx-upstream-configuration-extra-content
                 (default '())))

(define-record-type* <nginx-location-configuration>
  nginx-location-configuration make-nginx-location-configuration
  nginx-location-configuration?
  (uri  nginx-location-configuration-uri
        (default #f))
  (body nginx-location-configuration-body))

(define* (nginx-php-location #:key (nginx-package nginx))
  "Return the location that has PHP's files run by php-fpm, at its default socket."
  (nginx-location-configuration
   (uri "~ \\.php$")
   (body
    `("fastcgi_split_path_info ^(.+\\.php)(/.+)$;"
      ("fastcgi_pass unix:" ,(php-fpm-configuration-socket (php-fpm-configuration)) ";")
      "fastcgi_index index.php;"
      ("include " ,(file-append nginx-package "/share/nginx/conf/fastcgi.conf")
       ";")))))

(define-record-type* <nginx-named-location-configuration>
  nginx-named-location-configuration make-nginx-named-location-configuration
  nginx-named-location-configuration?
  (name nginx-named-location-configuration-name
        (default #f))
  (body nginx-named-location-configuration-body))

(define-record-type* <nginx-stream-configuration>
  nginx-stream-configuration make-nginx-stream-configuration
  nginx-stream-configuration?
  (upstream-blocks nginx-stream-configuration-upstream-blocks
                   (default '()))
  (server-blocks   nginx-stream-configuration-server-blocks
                   (default '()))
  (extra-content   nginx-stream-configuration-extra-content
                   (default '())))

(define-record-type* <nginx-log-format-configuration>
  nginx-log-format-configuration make-nginx-log-format-configuration
  nginx-log-format-configuration?
  (name   nginx-log-format-configuration-name)
  (escape nginx-log-format-configuration-escape
          (sanitize assert-valid-log-format-escape)
          (default 'default))
  (format nginx-log-format-configuration-format))

(define-record-type* <nginx-configuration>
  nginx-configuration make-nginx-configuration
  nginx-configuration?
  (nginx                nginx-configuration-nginx
                        (default nginx))
  (shepherd-requirement nginx-configuration-shepherd-requirement
                        (default '()))
  (log-directory        nginx-configuration-log-directory
                        (default "/var/log/nginx"))
  (log-level            nginx-configuration-log-level
                        (sanitize assert-valid-log-level)
                        (default 'error))
  (log-format           nginx-configuration-log-format
                        (default 'combined))
  (log-formats          nginx-configuration-log-formats
                        (default '()))
  (run-directory        nginx-configuration-run-directory
                        (default "/var/run/nginx"))
  (server-blocks        nginx-configuration-server-blocks
                        (default '()))
  (upstream-blocks      nginx-configuration-upstream-blocks
                        (default '()))
  (server-names-hash-bucket-size
   nginx-configuration-server-names-hash-bucket-size
   (default #f))
  (server-names-hash-bucket-max-size
   nginx-configuration-server-names-hash-bucket-max-size
   (default #f))
  (stream               nginx-configuration-stream
                        (default #f))
  (modules              nginx-configuration-modules
                        (default '()))
  (global-directives    nginx-configuration-global-directives
                        (default '((events . ()))))
  (lua-package-path     nginx-configuration-lua-package-path
                        (default #f))
  (lua-package-cpath    nginx-configuration-lua-package-cpath
                        (default #f))
  (extra-content        nginx-configuration-extra-content
                        (default ""))
  (file                 nginx-configuration-file  ;file-like | #f
                        (default #f)))


;;;
;;; The configuration file, as nginx's manual has it: directives and blocks.
;;;

(define (directive name . values)
  "Return the parts of a line: strings and file-like objects."
  `(,name ,@(append-map (lambda (value) (list " " value)) values) ";\n"))

(define (directives name lists)
  (append-map (lambda (values) (apply directive name values)) lists))

(define (block head . parts)
  `(,head " {\n" ,@(concatenate parts) "}\n"))

(define (lines things)
  "Return the parts of THINGS, strings and lists of parts, a line each."
  (append-map (lambda (thing)
                (append (if (list? thing) thing (list thing)) '("\n")))
              things))

(define (optional name value)
  (if value (directive name value) '()))

(define (name->string name)
  (if (eq? name 'default) "_" name))

(define (location->parts location)
  (match location
    (($ <nginx-location-configuration> uri body)
     (block (string-append "location " uri) (lines body)))
    (($ <nginx-named-location-configuration> name body)
     (block (string-append "location @" name) (lines body)))))

(define (server->parts server)
  (match-record server <nginx-server-configuration>
      (listen server-name root locations index try-files ssl-certificate
       ssl-certificate-key server-tokens? raw-content)
    (block "server"
           (directives "listen" (map list listen))
           (apply directive "server_name" (map name->string server-name))
           (optional "ssl_certificate" ssl-certificate)
           (optional "ssl_certificate_key" ssl-certificate-key)
           (optional "root" root)
           (apply directive "index" index)
           (if (null? try-files)
               '()
               (apply directive "try_files" try-files))
           (directive "server_tokens" (if server-tokens? "on" "off"))
           (append-map location->parts locations)
           (lines raw-content))))

(define (upstream->parts upstream)
  (match-record upstream <nginx-upstream-configuration>
      (name servers extra-content)
    (block (string-append "upstream " name)
           (directives "server" (map list servers))
           (lines (if (list? extra-content)
                      extra-content
                      (list extra-content))))))

(define (stream->parts stream)
  (match-record stream <nginx-stream-configuration>
      (upstream-blocks server-blocks extra-content)
    (block "stream"
           (append-map upstream->parts upstream-blocks)
           (append-map server->parts server-blocks)
           (lines (if (list? extra-content)
                      extra-content
                      (list extra-content))))))

(define (log-format->parts format)
  (match-record format <nginx-log-format-configuration> (name escape format)
    (directive "log_format" (symbol->string name)
               (string-append "escape=" (symbol->string escape))
               (string-append "'" format "'"))))

;; (NAME . VALUE), where VALUE is a string, or a list of such pairs: a block.
(define (global-directive->parts pair)
  (match pair
    ((name . (? list? pairs))
     (block (symbol->string name)
            (append-map global-directive->parts pairs)))
    ((name . value)
     (directive (symbol->string name) value))))

(define (nginx-configuration->parts configuration)
  (match-record configuration <nginx-configuration>
      (nginx log-directory log-level log-format log-formats run-directory
       server-blocks upstream-blocks server-names-hash-bucket-size
       server-names-hash-bucket-max-size stream modules global-directives
       lua-package-path lua-package-cpath extra-content)
    (define (path key packages suffix)
      (if packages
          `(,key " \""
            ,@(append-map (lambda (package) (list package suffix ";"))
                          packages)
            ";\";\n")
          '()))

    (append
     (directive "user" "nginx" "nginx")
     (directive "pid" (string-append run-directory "/pid"))
     (directive "error_log" (string-append log-directory "/error.log")
                (symbol->string log-level))
     (directives "load_module" (map list modules))
     (append-map global-directive->parts global-directives)
     (block "http"
            (append-map (lambda (kind)
                          (directive (string-append kind "_temp_path")
                                     (string-append run-directory "/" kind
                                                    "_temp")))
                        '("client_body" "proxy" "fastcgi" "uwsgi" "scgi"))
            (append-map log-format->parts log-formats)
            (directive "access_log"
                       (string-append log-directory "/access.log")
                       (symbol->string log-format))
            (directive "include"
                       (file-append nginx "/share/nginx/conf/mime.types"))
            (path "lua_package_path" lua-package-path "/lib/?.lua")
            (path "lua_package_cpath" lua-package-cpath "/lib/?.so")
            (optional "server_names_hash_bucket_size"
                      (and=> server-names-hash-bucket-size number->string))
            (optional "server_names_hash_max_size"
                      (and=> server-names-hash-bucket-max-size
                             number->string))
            (append-map upstream->parts upstream-blocks)
            (append-map server->parts server-blocks)
            (if (string=? "" extra-content) '() (list extra-content "\n")))
     (if stream (stream->parts stream) '()))))

(define (configuration-file configuration)
  "Return the configuration file: the one that is given, or what the other fields
say."
  (or (nginx-configuration-file configuration)
      (apply mixed-text-file "nginx.conf"
             (nginx-configuration->parts configuration))))


;;;
;;; The service.
;;;

(define %nginx-accounts
  (list (user-group (name "nginx") (system? #t))
        (user-account
         (name "nginx")
         (group "nginx")
         (system? #t)
         (comment "nginx server user")
         (home-directory "/var/empty")
         (shell (file-append shadow "/sbin/nologin")))))

(define (nginx-activation configuration)
  "Return a gexp that makes the directories of nginx."
  (match-record configuration <nginx-configuration>
      (log-directory run-directory)
    #~(begin
        (use-modules (guix build utils))
        (mkdir-p #$log-directory)
        (mkdir-p #$run-directory)
        (mkdir-p #$(string-append run-directory "/logs")))))

(define (nginx-shepherd-service configuration)
  "Return the service that runs nginx, which goes into the background."
  (match-record configuration <nginx-configuration>
      (nginx run-directory shepherd-requirement)
    (let ((config  (configuration-file configuration))
          (program (file-append nginx "/sbin/nginx")))
      (define (signal name)
        #~(lambda _
            (invoke #$program "-c" #$config "-p" #$run-directory
                    "-s" #$name)))

      (list
       (shepherd-service
        (documentation "Serve the web with nginx.")
        (provision '(nginx))
        (requirement `(user-processes loopback ,@shepherd-requirement))
        (actions (list (shepherd-configuration-action config)
                       (shepherd-action
                        (name 'reload)
                        (procedure (signal "reload"))
                        (documentation "Read the configuration again."))
                       (shepherd-action
                        (name 'reopen)
                        (procedure (signal "reopen"))
                        (documentation "Open the log files again."))))
        (start #~(make-forkexec-constructor
                  (list #$program "-c" #$config "-p" #$run-directory)
                  #:pid-file #$(string-append run-directory "/pid")))
        (stop #~(make-kill-destructor)))))))

(define (log-files configuration)
  (map (lambda (name)
         (string-append (nginx-configuration-log-directory configuration)
                        name))
       '("/access.log" "/error.log")))

(define nginx-service-type
  (service-type
   (name 'nginx)
   (extensions
    (list (service-extension shepherd-root-service-type
                             nginx-shepherd-service)
          (service-extension log-rotation-service-type log-files)
          (service-extension activation-service-type nginx-activation)
          (service-extension account-service-type
                             (const %nginx-accounts))))
   (compose concatenate)
   (extend (lambda (configuration servers)
             (nginx-configuration
              (inherit configuration)
              (server-blocks
               (append (nginx-configuration-server-blocks configuration)
                       servers)))))
   (default-value (nginx-configuration))
   (description "Serve the web with nginx.  Contributions are lists of
<nginx-server-configuration>.")))
