//! The core keywords: what `(tintype syntax)` exports.

macro_rules! keywords {
    ($($variant:ident $name:literal),* $(,)?) => {
        /// A core form, or a word that core forms look for.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Keyword {
            $(#[doc = concat!("`", $name, "`")] $variant),*
        }

        impl Keyword {
            /// All of them.
            pub const ALL: &[Keyword] = &[$(Keyword::$variant),*];

            /// As it is written.
            pub fn name(self) -> &'static str {
                match self {
                    $(Keyword::$variant => $name),*
                }
            }
        }
    };
}

keywords! {
    Quote "quote",
    Quasiquote "quasiquote",
    Unquote "unquote",
    UnquoteSplicing "unquote-splicing",
    If "if",
    Lambda "lambda",
    LambdaStar "lambda*",
    CaseLambda "case-lambda",
    CaseLambdaStar "case-lambda*",
    Define "define",
    DefineStar "define*",
    DefinePublic "define-public",
    DefineInlinable "define-inlinable",
    DefineOnce "define-once",
    DefineValues "define-values",
    Set "set!",
    Begin "begin",
    Let "let",
    LetStar "let*",
    Letrec "letrec",
    LetrecStar "letrec*",
    LetValues "let-values",
    LetStarValues "let*-values",
    Receive "receive",
    Parameterize "parameterize",
    Do "do",
    Cond "cond",
    Case "case",
    And "and",
    Or "or",
    When "when",
    Unless "unless",
    While "while",
    Else "else",
    Arrow "=>",
    Underscore "_",
    Ellipsis "...",
    Delay "delay",
    DelayForce "delay-force",
    Guard "guard",
    Assert "assert",
    Cut "cut",
    Cute "cute",
    Slot "<>",
    RestSlot "<...>",
    Match "match",
    MatchLambda "match-lambda",
    MatchLambdaStar "match-lambda*",
    MatchLet "match-let",
    MatchLetStar "match-let*",
    MatchLetrec "match-letrec",
    Gexp "gexp",
    WithImportedModules "with-imported-modules",
    WithExtensions "with-extensions",
    Ungexp "ungexp",
    UngexpSplicing "ungexp-splicing",
    UngexpNative "ungexp-native",
    UngexpNativeSplicing "ungexp-native-splicing",
    DefineSyntax "define-syntax",
    DefineSyntaxRule "define-syntax-rule",
    DefineSyntaxParameter "define-syntax-parameter",
    SyntaxParameterize "syntax-parameterize",
    LetSyntax "let-syntax",
    LetrecSyntax "letrec-syntax",
    SyntaxRules "syntax-rules",
    IdentifierSyntax "identifier-syntax",
    SyntaxCase "syntax-case",
    Syntax "syntax",
    Quasisyntax "quasisyntax",
    Unsyntax "unsyntax",
    UnsyntaxSplicing "unsyntax-splicing",
    WithSyntax "with-syntax",
    WithEllipsis "with-ellipsis",
    DefineRecordType "define-record-type",
    DefineImmutableRecordType "define-immutable-record-type",
    DefineRecordTypeStar "define-record-type*",
    ThisRecord "this-record",
    MatchRecord "match-record",
    MatchRecordLambda "match-record-lambda",
    CurrentSourceLocation "current-source-location",
    CurrentSourceDirectory "current-source-directory",
    CurrentFilename "current-filename",
    Include "include",
    IncludeCi "include-ci",
    IncludeFromPath "include-from-path",
    EvalWhen "eval-when",
    CondExpand "cond-expand",
    At "@",
    AtAt "@@",
    DefineModule "define-module",
    DefineLibrary "define-library",
    Library "library",
    UseModules "use-modules",
    Import "import",
    Export "export",
    ReExport "re-export",
    ExportReplace "export!",
}
