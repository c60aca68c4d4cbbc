#include "services/qa-service/training/generator/writing_examples.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/frame/shuffle.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/segmentation.h"
#include "common/text/utf8.h"
#include "common/training/seeds.h"
#include "services/qa-service/training/reader/squad_file.h"

namespace clientele::qa {
namespace {

constexpr std::size_t kHanSize = 3;
constexpr std::size_t kFewestWords = 3;

// The sentence `at` of a text with sentences before and behind it, taken at random until the next
// would be too much.
std::string Around(const std::string& text, const std::vector<text::Segment>& sentences,
                   std::size_t at, std::size_t size, std::mt19937_64& random) {
  std::size_t first = at;
  std::size_t last = at;
  while (first > 0 || last + 1 < sentences.size()) {
    const bool before =
        first > 0 && (last + 1 == sentences.size() || frame::RandomBelow(random, 2) == 0);
    const std::size_t wider_first = before ? first - 1 : first;
    const std::size_t wider_last = before ? last : last + 1;
    const std::size_t begin = sentences[wider_first].begin;
    if (WrittenSize(absl::string_view(text).substr(begin, sentences[wider_last].end - begin)) >
        size) {
      break;
    }
    first = wider_first;
    last = wider_last;
  }
  return text.substr(sentences[first].begin, sentences[last].end - sentences[first].begin);
}

class ExampleMaker {
 public:
  ExampleMaker(const GeneratorRecipe& recipe, const std::filesystem::path& data)
      : recipe_(recipe), data_(data) {}

  absl::StatusOr<WritingExamples> Run() {
    WritingExamples made;
    for (std::size_t s = 0; s < recipe_.sources.size(); ++s) {
      const WritingSource& source = recipe_.sources[s];
      random_.seed(training::DeriveSeed(recipe_.seed, s));
      CLIENTELE_ASSIGN_OR_RETURN(
          std::vector<GenerationExample> examples,
          source.use == WritingUse::kQuestions ? Questions(source) : FromRows(source));
      if (examples.empty()) {
        return InvalidField(source.place.file, "has no text that can be learned from");
      }
      frame::Shuffle(examples, random_);
      if (source.limit > 0 && examples.size() > source.limit) examples.resize(source.limit);
      if (source.use != WritingUse::kPairs) Distract(examples);
      made.report.push_back(absl::StrCat(source.place.file, ": ", examples.size(), " examples"));
      std::move(examples.begin(), examples.end(), std::back_inserter(made.examples));
    }
    return made;
  }

 private:
  absl::StatusOr<std::vector<GenerationExample>> FromRows(const WritingSource& source) {
    const bool pairs = source.use == WritingUse::kPairs;
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<TextRow> rows,
                               ReadTextRows(source.place, pairs, data_));
    std::vector<GenerationExample> examples;
    absl::flat_hash_set<std::string> seen;
    for (const TextRow& row : rows) {
      const std::string first(absl::StripAsciiWhitespace(row.first));
      const std::string second(absl::StripAsciiWhitespace(row.second));
      if (!text::IsValidUtf8(first) || !text::IsValidUtf8(second)) continue;
      if (first.empty() || !seen.insert(absl::StrCat(first, "\n\n", second)).second) continue;
      if (!pairs) {
        AddSentences(first, source.per_text, examples);
      } else if (!second.empty()) {
        examples.push_back({first, second, second});
      }
    }
    return examples;
  }

  void AddSentences(const std::string& text, int per_text,
                    std::vector<GenerationExample>& examples) {
    const std::vector<text::Segment> sentences = text::Sentences(text);
    if (sentences.size() < 2) return;
    const std::vector<std::size_t> order = frame::Permutation(sentences.size(), random_);
    for (std::size_t i = 0; i < order.size() && i < static_cast<std::size_t>(per_text); ++i) {
      const std::string sentence(text::TextOf(text, sentences[order[i]]));
      if (WrittenSize(sentence) > recipe_.passage_size) continue;
      std::string question = SearchFor(sentence, random_);
      if (question.empty()) continue;
      examples.push_back({std::move(question),
                          Around(text, sentences, order[i], recipe_.passage_size, random_),
                          sentence});
    }
  }

  absl::StatusOr<std::vector<GenerationExample>> Questions(const WritingSource& source) {
    CLIENTELE_ASSIGN_OR_RETURN(const ReadingSet set,
                               ReadSquadFiles({data_ / source.place.file}, AnswerStarts::kChecked));
    std::vector<GenerationExample> examples;
    for (const ReadingExample& question : set.examples) {
      if (!question.place.has_value()) continue;
      const std::string& text = set.passages[question.passage].text;
      const std::vector<text::Segment> sentences = text::Sentences(text);
      const auto at =
          std::find_if(sentences.begin(), sentences.end(), [&](const text::Segment& each) {
            return each.begin <= question.place->begin && question.place->end <= each.end;
          });
      if (at == sentences.end()) continue;  // it goes over the end of a sentence
      const std::string sentence(text::TextOf(text, *at));
      if (WrittenSize(sentence) > recipe_.passage_size) continue;
      examples.push_back({question.question,
                          Around(text, sentences, static_cast<std::size_t>(at - sentences.begin()),
                                 recipe_.passage_size, random_),
                          sentence});
    }
    return examples;
  }

  // Puts the passage of another example before or behind some.
  void Distract(std::vector<GenerationExample>& examples) {
    constexpr std::uint64_t kSteps = 10000;
    const auto below = static_cast<std::uint64_t>(recipe_.distraction * kSteps);
    std::vector<std::string> passages;
    passages.reserve(examples.size());
    for (const GenerationExample& example : examples) passages.push_back(example.passage);
    for (GenerationExample& example : examples) {
      if (frame::RandomBelow(random_, kSteps) >= below) continue;
      const std::string& other =
          passages[static_cast<std::size_t>(frame::RandomBelow(random_, passages.size()))];
      if (other == example.passage) continue;
      if (WrittenSize(other) + WrittenSize(example.passage) > recipe_.passage_size * 3 / 2) {
        continue;
      }
      example.passage = frame::RandomBelow(random_, 2) == 0
                            ? absl::StrCat(other, " ", example.passage)
                            : absl::StrCat(example.passage, " ", other);
    }
  }

  const GeneratorRecipe& recipe_;
  const std::filesystem::path& data_;
  std::mt19937_64 random_;
};

}  // namespace

std::size_t WrittenSize(absl::string_view text) {
  std::size_t size = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if ((byte & 0xC0) == 0x80) continue;
    size += byte >= 0xE3 && byte <= 0xE9 ? kHanSize : 1;
  }
  return size;
}

std::string SearchFor(absl::string_view sentence, std::mt19937_64& random) {
  std::vector<std::string> words;
  for (const text::Segment& word : text::Words(sentence)) {
    words.emplace_back(text::TextOf(sentence, word));
  }
  if (words.size() < kFewestWords) return "";
  frame::Shuffle(words, random);
  const std::size_t fewest = std::max<std::size_t>(2, words.size() / 4);
  const std::size_t most = std::max(fewest, words.size() / 2);
  words.resize(fewest + static_cast<std::size_t>(frame::RandomBelow(random, most - fewest + 1)));
  std::string question = absl::StrJoin(words, " ");
  if (frame::RandomBelow(random, 2) == 0) absl::AsciiStrToLower(&question);
  return question;
}

absl::StatusOr<WritingExamples> MakeWritingExamples(const GeneratorRecipe& recipe,
                                                    const std::filesystem::path& data) {
  return ExampleMaker(recipe, data).Run();
}

}  // namespace clientele::qa
