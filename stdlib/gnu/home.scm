;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Home environments: what a user finds in the home directory.

(define-module (gnu home)
  #:use-module (guix diagnostics)
  #:use-module (guix records)
  #:use-module (gnu home services)
  #:use-module (gnu home services admin)
  #:use-module (gnu home services shells)
  #:use-module (gnu home services shepherd)
  #:use-module (gnu home services symlink-manager)
  #:use-module (gnu home services xdg)
  #:use-module (gnu services)
  #:export (home-environment
            home-environment?
            this-home-environment
            home-environment-packages
            home-environment-user-services
            home-environment-essential-services
            home-environment-services
            home-environment-location
            %base-home-services))

(define %base-home-services
  (list (service home-log-rotation-service-type)
        (service home-shepherd-timer-service-type)
        (service home-shepherd-transient-service-type)))

(define-record-type* <home-environment> home-environment make-home-environment
  home-environment?
  this-home-environment
  (packages           home-environment-packages
                      (default '()))
  (essential-services home-environment-essential-services
                      (thunked)
                      (default (default-essential-services
                                 this-home-environment)))
  (services           home-environment-user-services
                      (default %base-home-services)
                      (sanitize validate-service-list))
  (location           %home-environment-location
                      (default (current-source-location))
                      (innate)))

(define (home-environment-location environment)
  "Return the place where ENVIRONMENT is defined, or #f."
  (source-properties->location (%home-environment-location environment)))

(define (default-essential-services environment)
  (list (service home-run-on-first-login-service-type)
        (service home-activation-service-type)
        (service home-environment-variables-service-type)
        (service home-symlink-manager-service-type)
        (service home-shell-profile-service-type)
        (service home-xdg-base-directories-service-type)
        (service home-xdg-configuration-files-service-type)
        (service home-xdg-data-files-service-type)
        (service home-xdg-user-directories-service-type)
        (service home-files-service-type)
        (service home-profile-service-type
                 (home-environment-packages environment))
        (service home-service-type)))

(define (home-environment-services environment)
  "Return all services of ENVIRONMENT."
  (instantiate-missing-services
   (append (home-environment-user-services environment)
           (home-environment-essential-services environment))))
