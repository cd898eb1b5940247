//! Every route in one table: method, path, who may, handler. The router is built from it, and a test walks it.

use axum::{Router, http::Method, routing};

use crate::{Web, handlers as h};

/// Who may take a route at all. Whose object it is, the operation decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Everybody.
    Everyone,
    /// Whoever holds the link or code.
    LinkHolder,
    /// Whoever is signed in.
    SignedIn,
    /// Officers of any organisation.
    Officer,
    /// Officers of a college.
    College,
    /// Officers of an enterprise.
    Enterprise,
    /// Admins of an organisation.
    Admin,
    /// Operators of the platform.
    Operator,
    /// Everybody, on demonstration data only.
    Demonstration,
}

/// One route.
#[derive(Debug, Clone)]
pub struct Route {
    /// GET or POST.
    pub method: Method,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// Who may.
    pub access: Access,
}

macro_rules! routes {
    ($($method:ident $path:literal $access:ident $handler:path;)*) => {
        /// Every route.
        pub fn all() -> Vec<Route> {
            vec![$(Route { method: routes!(@method $method), path: $path, access: Access::$access }),*]
        }

        /// The router of every route, without layers.
        pub(crate) fn router() -> Router<Web> {
            Router::new()$(.route($path, routes!(@route $method $handler)))*
        }
    };
    (@method get) => { Method::GET };
    (@method post) => { Method::POST };
    (@route get $handler:path) => { routing::get($handler) };
    (@route post $handler:path) => { routing::post($handler) };
}

routes! {
    get  "/"                                              Everyone      h::home::get;
    get  "/search"                                        Everyone      h::search::get;
    get  "/search/suggest"                                Everyone      h::search::suggest;
    get  "/searches"                                      SignedIn      h::searches::list;
    post "/searches"                                      SignedIn      h::searches::save;
    get  "/searches/{id}"                                 SignedIn      h::searches::run;
    post "/searches/{id}"                                 SignedIn      h::searches::rename;
    post "/searches/{id}/delete"                          SignedIn      h::searches::forget;
    get  "/posts/new"                                     Officer       h::posts::new;
    post "/posts"                                         Officer       h::posts::create;
    get  "/posts/{id}"                                    Everyone      h::posts::get;
    get  "/posts/{id}/edit"                               Officer       h::posts::edit;
    post "/posts/{id}"                                    Officer       h::posts::save;
    post "/posts/{id}/publish"                            Officer       h::posts::publish;
    post "/posts/{id}/close"                              Officer       h::posts::close;
    post "/posts/{id}/aside"                              Officer       h::posts::aside;
    post "/posts/{id}/back"                               Officer       h::posts::back;
    post "/posts/{id}/counting"                           Officer       h::posts::counting;
    get  "/register/{id}"                                 Everyone      h::register::get;
    post "/register/{id}/invite"                          Enterprise    h::register::invite;
    get  "/trades"                                        Everyone      h::trades::list;
    get  "/trades/{code}"                                 Everyone      h::trades::get;
    get  "/demand"                                        Everyone      h::demand::get;
    get  "/organisations/{id}"                            Everyone      h::organisations::get;
    post "/organisations/{id}/follow"                     SignedIn      h::searches::follow;
    post "/organisations/{id}/unfollow"                   SignedIn      h::searches::unfollow;
    get  "/sign-up"                                       Everyone      h::sign_up::get;
    post "/sign-up"                                       Everyone      h::sign_up::post;
    get  "/sign-in"                                       Everyone      h::sign_in::get;
    post "/sign-in"                                       Everyone      h::sign_in::post;
    post "/sign-in/letter"                                Everyone      h::sign_in::letter;
    get  "/links/{token}"                                 LinkHolder    h::links::get;
    post "/links/{token}"                                 LinkHolder    h::links::post;
    post "/links/{token}/again"                           LinkHolder    h::links::again;
    post "/sign-out"                                      Everyone      h::sign_in::out;
    get  "/reset"                                         Everyone      h::links::reset;
    post "/reset"                                         Everyone      h::links::ask_reset;
    get  "/menu"                                          Everyone      h::home::menu;
    get  "/notices"                                       SignedIn      h::notices::get;
    post "/notices"                                       SignedIn      h::notices::read_all;
    post "/notices/{id}"                                  SignedIn      h::notices::read;
    get  "/workspace"                                     SignedIn      h::workspace::get;
    post "/workspace/acting"                              SignedIn      h::workspace::act_for;
    post "/workspace/confirm-email"                       SignedIn      h::workspace::confirm_email;
    get  "/settings/mail"                                 SignedIn      h::mail_settings::own;
    post "/settings/mail"                                 SignedIn      h::mail_settings::save_own;
    post "/settings/mail/confirm"                         SignedIn      h::mail_settings::confirm;
    get  "/mail/preferences/{token}"                      LinkHolder    h::mail_settings::by_letter;
    post "/mail/preferences/{token}"                      LinkHolder    h::mail_settings::save_by_letter;
    get  "/mail/unsubscribe/{token}"                      LinkHolder    h::mail_settings::ask_ending;
    post "/mail/unsubscribe/{token}"                      LinkHolder    h::mail_settings::end;
    get  "/workspace/organisation"                        Admin         h::organisations::edit;
    post "/workspace/organisation"                        Admin         h::organisations::save;
    get  "/workspace/claims"                              College       h::register::claims;
    post "/workspace/claims"                              College       h::register::claim;
    post "/workspace/claims/posts"                        College       h::register::posts;
    get  "/workspace/members"                             Officer       h::members::get;
    post "/workspace/members"                             Admin         h::members::invite;
    post "/workspace/members/invitations/{id}/withdraw"   Admin         h::members::withdraw;
    post "/workspace/members/{id}/end"                    Admin         h::members::end;
    get  "/workspace/agreements"                          Officer       h::agreements::list;
    get  "/agreements/new"                                Officer       h::agreements::new;
    post "/agreements/new"                                Officer       h::agreements::create;
    post "/agreements/from-match"                         Officer       h::agreements::from_match;
    get  "/agreements/{id}"                               Officer       h::agreements_acts::get;
    get  "/agreements/{id}/sections/{section}"            Officer       h::agreements::section;
    post "/agreements/{id}/sections/{section}"            Officer       h::agreements::save;
    get  "/agreements/{id}/text"                          Officer       h::agreements::text;
    post "/agreements/{id}/export"                        Officer       h::agreements::export;
    get  "/agreements/{id}/document.pdf"                  Officer       h::agreements::document;
    get  "/agreements/{id}/draft.pdf"                     Officer       h::agreements::draft;
    post "/agreements/{id}/hand-over"                     Officer       h::agreements_acts::hand_over;
    post "/agreements/{id}/approve"                       Officer       h::agreements_acts::approve;
    post "/agreements/{id}/reasons"                       Officer       h::agreements_acts::reason;
    post "/agreements/{id}/check"                         Officer       h::agreements_acts::check;
    post "/agreements/{id}/send"                          Officer       h::agreements_acts::send;
    post "/agreements/{id}/recall"                        Officer       h::agreements_acts::recall;
    post "/agreements/{id}/agree"                         Officer       h::agreements_acts::agree;
    get  "/agreements/{id}/agree"                         Officer       h::agreements_running::ask_agree;
    post "/agreements/{id}/object"                        Officer       h::agreements_acts::object;
    get  "/agreements/{id}/pause"                         Officer       h::agreements_running::pause;
    post "/agreements/{id}/pause"                         Officer       h::agreements_running::suspend;
    get  "/agreements/{id}/resume"                        Officer       h::agreements_running::ask_resume;
    post "/agreements/{id}/resume"                        Officer       h::agreements_running::resume;
    get  "/agreements/{id}/end"                           Officer       h::agreements_running::ask_end;
    post "/agreements/{id}/end"                           Officer       h::agreements_running::end;
    post "/agreements/{id}/void"                          Officer       h::agreements_acts::void;
    post "/agreements/{id}/slots/{slot}/address"          Officer       h::agreements_acts::address;
    post "/agreements/{id}/slots/{slot}/again"            Officer       h::agreements_acts::ask_again;
    post "/agreements/{id}/slots/{slot}/code"             Officer       h::agreements_acts::new_code;
    get  "/my"                                            SignedIn      h::records::my;
    get  "/weeks"                                         SignedIn      h::record_weeks::to_review;
    get  "/records/{id}"                                  SignedIn      h::records::get;
    get  "/records/{id}/agreement"                        SignedIn      h::records::agreement;
    post "/records/{id}/agreement/{kind}"                 SignedIn      h::records::agreement_file;
    get  "/records/{id}/sections/{section}"               SignedIn      h::records::section;
    post "/records/{id}/sections/{section}"               SignedIn      h::records::say;
    post "/records/{id}/queries/{section}"                SignedIn      h::records::answer;
    get  "/records/{id}/weeks"                            SignedIn      h::record_weeks::list;
    get  "/records/{id}/weeks/{monday}"                   SignedIn      h::record_weeks::get;
    post "/records/{id}/weeks/{monday}"                   SignedIn      h::record_weeks::save;
    post "/records/{id}/weeks/{monday}/submit"            SignedIn      h::record_weeks::submit;
    post "/records/{id}/weeks/{monday}/take-back"         SignedIn      h::record_weeks::take_back;
    post "/records/{id}/weeks/{monday}/approve"           SignedIn      h::record_weeks::approve;
    post "/records/{id}/weeks/{monday}/return"            SignedIn      h::record_weeks::give_back;
    post "/records/{id}/weeks/{monday}/unlock"            SignedIn      h::record_weeks::unlock;
    get  "/records/{id}/opened"                           SignedIn      h::records::opened;
    get  "/records/{id}/file"                             SignedIn      h::records::file;
    get  "/records/{id}/complain"                         SignedIn      h::records::complain;
    get  "/records/{id}/people"                           SignedIn      h::record_acts::people;
    post "/records/{id}/people"                           SignedIn      h::record_acts::assign;
    get  "/records/{id}/start"                            SignedIn      h::record_acts::start;
    post "/records/{id}/start"                            SignedIn      h::record_acts::save_start;
    get  "/records/{id}/break"                            SignedIn      h::record_acts::pause_form;
    post "/records/{id}/break"                            SignedIn      h::record_acts::pause;
    get  "/records/{id}/withdraw"                         SignedIn      h::record_acts::withdraw_form;
    post "/records/{id}/withdraw"                         SignedIn      h::record_acts::withdraw;
    get  "/records/{id}/assessment"                       SignedIn      h::record_acts::assessment;
    post "/records/{id}/assessment"                       SignedIn      h::record_acts::assess;
    get  "/workspace/apprentices"                         Officer       h::records::apprentices;
    get  "/join/{token}"                                  LinkHolder    h::record_acts::place;
    post "/join/{token}"                                  LinkHolder    h::record_acts::take;
    get  "/operator/records/{id}"                         Operator      h::records::operator;
    post "/operator/records/{id}"                         Operator      h::records::open;
    get  "/invitations/{token}"                           LinkHolder    h::members::invitation;
    post "/invitations/{token}"                           LinkHolder    h::members::accept;
    get  "/sign"                                          Everyone      h::signing::enter;
    post "/sign"                                          Everyone      h::signing::by_code;
    get  "/sign/{token}"                                  LinkHolder    h::signing::get;
    post "/sign/{token}"                                  LinkHolder    h::signing::post;
    get  "/sign/{token}/decline"                          LinkHolder    h::signing::ask_decline;
    post "/sign/{token}/decline"                          LinkHolder    h::signing::decline;
    post "/sign/{token}/answer"                           LinkHolder    h::signing::answer;
    get  "/sign/{token}/end"                              LinkHolder    h::signing_end::ask_end;
    post "/sign/{token}/end"                              LinkHolder    h::signing_end::end;
    get  "/sign/{token}/agree"                            LinkHolder    h::signing_end::ask_agree;
    post "/sign/{token}/agree"                            LinkHolder    h::signing_end::agree;
    post "/sign/{token}/again"                            LinkHolder    h::signing::again;
    get  "/sign/{token}/file"                             LinkHolder    h::signing::file;
    get  "/sign/{token}/document.pdf"                     LinkHolder    h::signing::document;
    get  "/agreements/{id}/slots/{slot}/sign"             Officer       h::signing::own;
    post "/agreements/{id}/slots/{slot}/sign"             Officer       h::signing::sign_own;
    get  "/agreements/{id}/slots/{slot}/sign/decline"     Officer       h::signing::ask_decline_own;
    post "/agreements/{id}/slots/{slot}/sign/decline"     Officer       h::signing::decline_own;
    post "/agreements/{id}/slots/{slot}/sign/answer"      Officer       h::signing::answer_own;
    get  "/agreements/{id}/slots/{slot}/sign/file"        Officer       h::signing::file_own;
    get  "/agreements/{id}/slots/{slot}/sign/document.pdf" Officer      h::signing::document_own;
    get  "/verify"                                        Everyone      h::verify::enter;
    post "/verify"                                        Everyone      h::verify::post;
    get  "/verify/{code}"                                 LinkHolder    h::verify::get;
    get  "/join"                                          Everyone      h::members::join;
    post "/join"                                          Everyone      h::members::join_by_code;
    get  "/operator"                                      Operator      h::operator::queue;
    get  "/operator/organisations/{id}"                   Operator      h::operator::organisation;
    post "/operator/organisations/{id}/verify"            Operator      h::operator::verify;
    post "/operator/organisations/{id}/return"            Operator      h::operator::return_with;
    post "/operator/organisations/{id}/suspend"           Operator      h::operator::suspend;
    post "/operator/organisations/{id}/reinstate"         Operator      h::operator::reinstate;
    get  "/operator/jobs"                                 Operator      h::operator::jobs;
    post "/operator/jobs/{id}/retry"                      Operator      h::operator::retry;
    get  "/operator/agreements"                           Operator      h::operator_agreements::find;
    get  "/operator/agreements/{id}"                      Operator      h::operator_agreements::get;
    post "/operator/agreements/{id}/open"                 Operator      h::operator_agreements::open;
    post "/operator/agreements/{id}/void"                 Operator      h::operator_agreements::void;
    get  "/operator/agreements/{id}/pause"                Operator      h::operator_agreements::ask_pause;
    post "/operator/agreements/{id}/pause"                Operator      h::operator_agreements::pause;
    get  "/operator/agreements/{id}/resume"               Operator      h::operator_agreements::ask_resume;
    post "/operator/agreements/{id}/resume"               Operator      h::operator_agreements::resume;
    post "/operator/agreements/{id}/slots/{slot}/address" Operator      h::operator_agreements::address;
    get  "/operator/mail"                                 Operator      h::mail_room::overview;
    post "/operator/mail/switch"                          Operator      h::mail_room::switch;
    get  "/operator/mail/letters/{id}"                    Operator      h::mail_room::letter;
    post "/operator/mail/letters/{id}/resend"             Operator      h::mail_room::resend;
    get  "/operator/mail/suppressions"                    Operator      h::mail_room::suppressions;
    post "/operator/mail/suppressions"                    Operator      h::mail_room::suppress;
    post "/operator/mail/lift"                            Operator      h::mail_room::lift;
    get  "/operator/mail/address"                         Operator      h::mail_room::address;
    get  "/operator/mail/previews"                        Operator      h::mail_room::previews;
    get  "/operator/mail/previews/{name}"                 Operator      h::mail_room::preview;
    get  "/operator/mail/previews/{name}/html"            Operator      h::mail_room::preview_html;
    get  "/operator/imports"                              Operator      h::operator::imports;
    get  "/operator/questions"                            Operator      h::questions::get;
    post "/operator/questions/read"                       Operator      h::questions::read;
    post "/operator/questions/leave"                      Operator      h::questions::leave;
    post "/operator/questions/undo"                       Operator      h::questions::undo;
    get  "/demo"                                          Demonstration h::demo::get;
    post "/demo/become"                                   Demonstration h::demo::become_role;
    get  "/demo/mail"                                     Demonstration h::demo::letters;
    get  "/demo/mail/{id}"                                Demonstration h::demo::letter;
    get  "/demo/mail/{id}/html"                           Demonstration h::demo::letter_html;
    post "/language"                                      Everyone      h::home::language;
    get  "/healthz"                                       Everyone      h::home::health;
    get  "/assets/{file}"                                 Everyone      h::home::asset;
}
