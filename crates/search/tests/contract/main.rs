//! What every engine has to do. The embedded one always runs the suite; Meilisearch runs it when
//! `QIXIAO_TEST_MEILI_URL` (and `QIXIAO_TEST_MEILI_KEY`, if the server wants one) is set. `QIXIAO_REQUIRE_MEILI=1`
//! forbids skipping. Sets, counts and facets are compared always, order where one is asked for.

#![expect(
    clippy::unwrap_used,
    reason = "in a test, what should not fail and does is a failure of the test"
)]

mod changes;
mod questions;
mod support;
mod words;

/// One test for each engine from each case.
macro_rules! contract {
    ($($module:ident :: $case:ident),* $(,)?) => {
        mod embedded {
            $(#[tokio::test]
            async fn $case() {
                let (_folder, engine) = super::support::embedded();
                super::support::fill(&engine).await;
                super::$module::$case(&engine).await;
            })*
        }

        mod meilisearch {
            $(#[tokio::test]
            async fn $case() {
                let Some(engine) = super::support::meilisearch(stringify!($case)) else { return };
                super::support::fill(&engine).await;
                super::$module::$case(&engine).await;
            })*
        }
    };
}

contract! {
    words::a_two_character_word_inside_a_longer_name,
    words::an_abbreviation_and_its_word_are_one,
    words::a_short_form_finds_the_long_one,
    words::traditional_characters_and_full_width_letters,
    words::pinyin_and_initials,
    words::the_last_word_in_letters_may_be_unfinished,
    words::all_words_must_be_there,
    words::a_place_by_its_name,
    words::a_name_that_is_typed_half,
    words::a_long_name_by_its_sound,
    words::characters_that_stand_somewhere_may_sound_like_a_word,
    words::a_single_character_of_a_title,
    words::words_that_sound_the_same_when_nothing_else_is_found,
    words::nothing_is_fuzzy_on_names_of_organisations,
    words::marks_stand_where_people_read_them,
    words::weird_input_is_answered,
    questions::a_word_and_a_filter,
    questions::facets_are_counted_without_their_own_choice,
    questions::a_tree_of_conditions,
    questions::orders,
    questions::where_the_words_stand_comes_before_who_speaks_and_then_the_shorter_title,
    questions::titles_of_one_length_stand_newest_first_and_then_by_id,
    questions::at_equal_relevance_what_lives_comes_first,
    questions::pages_and_totals_are_exact,
    questions::quotes_in_values_do_no_harm,
    questions::no_result_is_an_answer,
    questions::a_viewer_sees_what_is_public_and_what_is_its_own,
    changes::put_twice_is_there_once,
    changes::a_removed_document_is_gone,
    changes::the_last_change_of_a_batch_counts,
    changes::a_rebuild_swaps_while_the_old_index_answers,
    changes::a_rebuild_of_the_wrong_size_changes_nothing,
    changes::a_rebuild_given_up_changes_nothing,
    changes::changes_during_a_rebuild_are_not_lost,
    changes::everything_indexed_can_be_listed,
    changes::a_healthy_engine_says_so,
}
