#include "services/qa-service/training/generator/grounding.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/text/segmentation.h"
#include "services/qa-service/core/answering/answer_support.h"
#include "services/qa-service/core/answering/passage_sentences.h"
#include "services/qa-service/core/answering/sentence_choice.h"
#include "services/qa-service/core/retrieval/question_terms.h"
#include "services/qa-service/training/generator/sentence_support.h"

namespace clientele::qa {
namespace {

bool BeginsWithCapital(absl::string_view word) {
  return absl::ascii_isupper(static_cast<unsigned char>(word.front()));
}

// A line break ends a sentence too; between Chinese ones stands nothing.
void AppendSentence(absl::string_view sentence, std::string& text) {
  const bool latin = !text.empty() && static_cast<unsigned char>(text.back()) < 0x80;
  absl::StrAppend(&text, latin ? " " : "", sentence);
}

}  // namespace

std::vector<std::string> StatedFacts(absl::string_view text) {
  std::vector<std::string> facts;
  for (const text::Segment& segment : text::Sentences(text)) {
    const absl::string_view sentence = text::TextOf(text, segment);
    bool first = true;
    for (const text::Segment& each : text::Words(sentence)) {
      const absl::string_view word = text::TextOf(sentence, each);
      const bool name = !first && BeginsWithCapital(word) && word != "I";
      if (HasDigit(word) || name) facts.emplace_back(word);
      first = false;
    }
  }
  return facts;
}

CheckedAnswer CheckAnswer(absl::string_view written, absl::string_view passage) {
  std::vector<SupportingSentence> known;
  for (const text::Segment& segment : text::Sentences(passage)) {
    known.push_back({.text = std::string(text::TextOf(passage, segment)), .vector = {}});
  }
  const AnswerSupport support({std::move(known)}, {}, {});
  std::set<std::string> words;
  for (const text::Segment& each : text::Words(passage)) {
    words.emplace(text::TextOf(passage, each));
  }
  CheckedAnswer checked;
  for (const text::Segment& segment : text::Sentences(written)) {
    const absl::string_view sentence = text::TextOf(written, segment);
    ++checked.sentences;
    if (!support.SupporterOf(sentence, {}).has_value()) continue;
    ++checked.kept;
    AppendSentence(sentence, checked.text);
    for (const std::string& fact : StatedFacts(sentence)) {
      ++checked.facts;
      checked.facts_in_passage += words.count(fact);
    }
  }
  return checked;
}

std::string ExtractiveAnswer(absl::string_view question, absl::string_view passage) {
  const std::vector<ContentWord> words = ContentWords(question);
  const std::vector<double> weights(words.size(), 1);
  const QuestionFocus focus = {.words = &words, .word_weights = &weights, .vector = {}};
  const std::vector<PassageSentence> sentences = PassageSentences(passage);
  std::vector<double> scores;
  scores.reserve(sentences.size());
  for (const PassageSentence& sentence : sentences) {
    scores.push_back(
        SentenceScore(absl::StrCat(sentence.about, "\n", sentence.text), {}, focus, {}));
  }
  std::string answer;
  for (const std::size_t i : ChooseSentences(scores, {})) AppendSentence(sentences[i].text, answer);
  return answer;
}

}  // namespace clientele::qa
