//! Every number the ranking hangs on, chosen by hand on six repositories (`npm run bench:retrieval
//! -- --dev`), mostly one at a time, from some two hundred settings: 42 issues, at first 25 and later
//! 60 commit messages of each, doc strings. The figures there flatter; docs/code-index.md has them.
//! Which signals there are follows from a pilot, with untuned numbers, that also saw the other
//! repositories of that benchmark. Commit messages of express, redux-toolkit and ripgrep were asked
//! once, before the last changes. Most steps moved Acc@1 of the issues by one or two issues, which is
//! within the noise of 42. `--vary 0.3` asks with each number smaller and larger.

/// What a word of the first line of a question is worth, and one below it. An issue's title says
/// what it is about; what follows is often output and talk.
pub const title_word = 1.0;
pub const body_word = 0.4;
/// Each time a word stands again it is worth more, up to a word of the title.
pub const repeated_word = 0.3;
/// An identifier written out, in units of a word.
pub const title_name = 1.2;
pub const body_name = 0.6;
/// Two neighbours written as one word: `index entries` is `indexentries` in a file name.
pub const joined_words = 0.7;
/// `conn` may mean a connection, or something else.
pub const short_form = 0.4;

/// BM25's saturation and length normalisation over a file.
pub const saturation = 1.5;
pub const length_share = 0.7;
/// A word in a comment, in units of one in code.
pub const comment_word = 0.8;
/// A word that is part of a name which the file defines.
pub const defined_word = 0.3;
/// A word of the path: in the file's own name, or in a folder's.
pub const file_name_word = 2.5;
pub const folder_word = 0.8;
/// A file that holds an identifier of the question, and what it gets more for defining it.
pub const holds_name = 1.2;
pub const defines_name = 1.0;
/// A path or a module written out, or the scope before a first line's colon, whatever else is in
/// the file.
pub const mention = 12.0;

/// How much of a file's rank its best passage makes.
pub const best_passage = 1.0;
/// Files with a smaller share of the best file's score are not read again once there are enough.
pub const far_behind = 0.4;

/// BM25 within a passage.
pub const passage_saturation = 1.2;
pub const passage_length_share = 0.6;
pub const mean_passage_words = 120.0;
/// A word in the name of the definition a passage shows. One line asks for a place, and places have
/// names; an issue of many lines names much that it is not about.
pub const symbol_word_of_line = 2.5;
pub const symbol_word_of_issue = 1.8;
/// A word in the name of the class or the type that the definition belongs to.
pub const container_word = 1.0;
/// The definition whose name is an identifier of the question.
pub const symbol_name = 3.0;
/// What is left of that for a definition of one line: more often an alias than the place.
pub const one_line_share = 0.5;
/// Two words of the first line that stand together in a passage too, in units of the rarer one.
pub const pair = 1.0;
/// When a file's next passage competes with other files' first. One line may ask for functions of one
/// file: it loses this many times what it is behind the best one, lest a good file fill the answer
/// with its poor passages. An issue asks for files, each of them once: this is left of the score.
pub const next_passage_of_line = 1.5;
pub const next_passage_of_issue = 0.2;

/// What is left of the score of a test, of prose, or of what a program wrote or others own, when
/// the question does not ask for it.
pub const test_file = 0.4;
pub const prose_file = 0.4;
/// And of what is no test when it asks for one.
pub const no_test_file = 0.6;
pub const generated_file = 0.3;

/// How much the commits whose messages are like the question add: a share of the best score.
pub const history = 0.4;
/// What the editor adds to a file, as a share of the best score.
pub const at_cursor = 0.15;
pub const open_file = 0.1;
pub const recent_file = 0.1;
/// After this many years a commit counts half.
pub const history_half_life_years = 3.0;
pub const imported_file = 0.1;
pub const changes_together = 0.15;

/// Scores of what is shown beside the results of a search, whose best one has 1: what is being
/// changed and what stands at the cursor come before any answer, the names used there after the
/// best of them; then a search nobody asked for in words.
pub const being_changed = 1.2;
pub const at_hand = 1.1;
pub const followed = 0.9;
pub const followed_beside_question = 0.5;
pub const unasked = 0.6;
