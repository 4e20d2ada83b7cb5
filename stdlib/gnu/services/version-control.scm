;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Serving repositories.

(define-module (gnu services version-control)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services web)
  #:export (git-http-nginx-location-configuration))

(define* (git-http-nginx-location-configuration
          #:optional (configuration (git-http-configuration)))
  "Return the location of nginx where the repositories that CONFIGURATION names are
served."
  (match-record configuration <git-http-configuration>
      (package git-root export-all? uri-path fcgiwrap-socket)
    (nginx-location-configuration
     (uri (string-append "~ /" (string-trim-both uri-path #\/) "(/.*)"))
     (body
      `(("fastcgi_pass " ,fcgiwrap-socket ";")
        ("fastcgi_param SCRIPT_FILENAME "
         ,(file-append package "/libexec/git-core/git-http-backend") ";")
        "fastcgi_param QUERY_STRING $query_string;"
        "fastcgi_param REQUEST_METHOD $request_method;"
        "fastcgi_param CONTENT_TYPE $content_type;"
        "fastcgi_param CONTENT_LENGTH $content_length;"
        ,@(if export-all?
              '("fastcgi_param GIT_HTTP_EXPORT_ALL \"\";")
              '())
        ("fastcgi_param GIT_PROJECT_ROOT " ,git-root ";")
        "fastcgi_param PATH_INFO $1;")))))
