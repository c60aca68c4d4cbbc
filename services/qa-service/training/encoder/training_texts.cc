#include "services/qa-service/training/encoder/training_texts.h"

#include <algorithm>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/frame/shuffle.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/han_folding.h"
#include "common/text/segmentation.h"
#include "common/text/utf8.h"
#include "common/training/seeds.h"

namespace clientele::qa {
namespace fs = std::filesystem;
namespace {

bool HasTwoTexts(const TextSource& source) {
  return source.use == TextUse::kTranslations || source.use == TextUse::kPairs;
}

std::string Prepared(absl::string_view text) {
  return text::FoldHan(std::string(absl::StripAsciiWhitespace(text)));
}

// A text of two sentences or more, cut in the middle or behind the first.
std::optional<TextRow> CutInTwo(const std::string& text, TextUse use) {
  const std::vector<text::Segment> sentences = text::Sentences(text);
  if (sentences.size() < 2) return std::nullopt;
  const std::size_t cut = sentences[use == TextUse::kOpenings ? 1 : sentences.size() / 2].begin;
  return TextRow(std::string(absl::StripAsciiWhitespace(text.substr(0, cut))), text.substr(cut));
}

// The rows of a source as they are learned from: cut, each once, at most as many as wanted.
std::vector<TextRow> Cut(const TextSource& source, std::vector<TextRow> rows, std::uint64_t seed) {
  std::vector<TextRow> cut;
  absl::flat_hash_set<std::string> seen;
  const auto keep = [&](std::string first, std::string second) {
    if (first.empty() || (HasTwoTexts(source) && second.empty())) return;
    if (!text::IsValidUtf8(first) || !text::IsValidUtf8(second)) return;
    if (!seen.insert(absl::StrCat(first, "\n\n", second)).second) return;
    cut.emplace_back(std::move(first), std::move(second));
  };
  for (const TextRow& row : rows) {
    const std::string first = Prepared(row.first);
    if (HasTwoTexts(source)) {
      keep(first, Prepared(row.second));
    } else if (source.use == TextUse::kHalves || source.use == TextUse::kOpenings) {
      if (const auto two = CutInTwo(first, source.use)) keep(two->first, two->second);
    } else {
      const std::vector<text::Segment> sentences =
          source.cut == TextCut::kWhole ? std::vector<text::Segment>() : text::Sentences(first);
      for (const text::Segment& each : sentences) keep(std::string(text::TextOf(first, each)), "");
      if (source.cut != TextCut::kSentences) keep(first, "");
    }
  }
  if (source.limit > 0 && cut.size() > source.limit) {
    std::mt19937_64 random(seed);
    frame::Shuffle(cut, random);
    cut.resize(source.limit);
  }
  return cut;
}

}  // namespace

absl::StatusOr<TrainingTexts> ReadTrainingTexts(absl::Span<const TextSource> sources,
                                                std::uint64_t seed, const fs::path& data) {
  TrainingTexts texts;
  absl::flat_hash_map<std::string, std::size_t> places;
  const auto taught_by = [&](const std::string& text) {
    const auto [at, added] = places.emplace(text, texts.teacher_texts.size());
    if (added) texts.teacher_texts.push_back(text);
    return at->second;
  };
  absl::flat_hash_set<std::string> own;  // a text learns its own vector once
  for (std::size_t s = 0; s < sources.size(); ++s) {
    const TextSource& source = sources[s];
    CLIENTELE_ASSIGN_OR_RETURN(std::vector<TextRow> rows,
                               ReadTextRows(source.place, HasTwoTexts(source), data));
    const std::vector<TextRow> cut = Cut(source, std::move(rows), training::DeriveSeed(seed, s));
    if (cut.empty()) return InvalidField(source.place.file, "has no text that can be learned from");
    for (const TextRow& row : cut) {
      if (source.use != TextUse::kTexts && source.use != TextUse::kTranslations) {
        texts.related.push_back({row.first, row.second, source.repeat});
        continue;
      }
      const std::size_t taught = taught_by(row.first);
      if (own.insert(row.first).second) texts.taught.push_back({row.first, taught, source.repeat});
      if (source.use == TextUse::kTranslations) {
        texts.taught.push_back({row.second, taught, source.repeat, true});
      }
    }
    texts.report.push_back(absl::StrCat(source.place.file, ": ", cut.size(), " texts or pairs"));
  }
  return texts;
}

}  // namespace clientele::qa
