#include "services/qa-service/core/answering/passage_sentences.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/text/language.h"
#include "common/text/markup.h"
#include "common/text/segmentation.h"

namespace clientele::qa {
namespace {

using Kind = text::MarkupBlock::Kind;

// Entries of one list that are said at once; a longer list goes on as the next sentence.
constexpr std::size_t kMaxEntries = 8;

bool EndsWithAny(absl::string_view text, std::initializer_list<absl::string_view> signs) {
  for (const absl::string_view sign : signs) {
    if (absl::EndsWith(text, sign)) return true;
  }
  return false;
}

bool IsQuestion(absl::string_view sentence) { return EndsWithAny(sentence, {"?", "？"}); }

// "Q: " and the like.
absl::string_view WithoutLabel(absl::string_view sentence) {
  for (const absl::string_view label :
       {"Q:", "A:", "Q：", "A：", "Question:", "Answer:", "问：", "答：", "问:", "答:"}) {
    if (absl::ConsumePrefix(&sentence, label)) return absl::StripLeadingAsciiWhitespace(sentence);
  }
  return sentence;
}

void AppendEntry(const std::string& entry, std::string& list) {
  if (!list.empty()) {
    const bool is_chinese = text::DetectLanguage(entry) == "zh";
    const bool ended = EndsWithAny(list, {".", "!", ";", ":", "。", "！", "；", "："});
    if (!ended) list += is_chinese ? "；" : ";";
    if (!is_chinese) list += ' ';
  }
  list += entry;
}

class Collector {
 public:
  void Take(const text::MarkupBlock& block) {
    if (block.kind == Kind::kListEntry) {
      AppendEntry(block.text, list_);
      if (++entries_ == kMaxEntries) EndList();
      return;
    }
    EndList();
    if (block.kind == Kind::kHeading) {
      headings_.push_back({block.text, ""});
      about_ = block.text;
    } else if (block.kind == Kind::kParagraph) {
      for (const text::Segment& segment : text::Sentences(block.text)) {
        AddSentence(text::TextOf(block.text, segment));
      }
    } else {
      sentences_.push_back({block.text, about_});
    }
  }

  std::vector<PassageSentence> Finish() {
    EndList();
    return sentences_.empty() ? std::move(headings_) : std::move(sentences_);
  }

 private:
  void AddSentence(absl::string_view written) {
    const absl::string_view sentence = WithoutLabel(written);
    if (sentence.empty()) return;
    if (IsQuestion(sentence)) {
      headings_.push_back({std::string(sentence), ""});
      about_ = std::string(sentence);
    } else {
      sentences_.push_back({std::string(sentence), about_});
    }
  }
  void EndList() {
    if (!list_.empty()) sentences_.push_back({std::move(list_), about_});
    list_.clear();
    entries_ = 0;
  }

  std::vector<PassageSentence> sentences_;
  std::vector<PassageSentence> headings_;
  std::string about_;
  std::string list_;
  std::size_t entries_ = 0;
};

}  // namespace

std::vector<PassageSentence> PassageSentences(absl::string_view passage) {
  Collector collector;
  for (const text::MarkupBlock& block : text::ReadMarkup(passage)) collector.Take(block);
  return collector.Finish();
}

std::size_t PlainPassage::SentenceAt(std::size_t byte) const {
  const auto after = std::upper_bound(begins.begin(), begins.end(), byte);
  return after == begins.begin() ? 0 : static_cast<std::size_t>(after - begins.begin()) - 1;
}

PlainPassage PlainText(const std::vector<PassageSentence>& sentences) {
  PlainPassage plain;
  for (const PassageSentence& sentence : sentences) {
    if (!plain.begins.empty()) {
      plain.text += '\n';
    } else if (!sentence.about.empty()) {
      absl::StrAppend(&plain.text, sentence.about, "\n");
    }
    plain.begins.push_back(plain.text.size());
    plain.text += sentence.text;
  }
  return plain;
}

}  // namespace clientele::qa
