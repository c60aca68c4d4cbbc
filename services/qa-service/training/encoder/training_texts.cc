#include "services/qa-service/training/encoder/training_texts.h"

#include <algorithm>
#include <fstream>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/csv/csv_reader.h"
#include "common/frame/shuffle.h"
#include "common/modeling/checkpoint/json_file.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/han_folding.h"
#include "common/text/segmentation.h"
#include "common/text/utf8.h"
#include "common/training/seeds.h"
#include "services/qa-service/training/encoder/json_places.h"

namespace clientele::qa {
namespace fs = std::filesystem;
namespace {

// The second is empty where a source gives single texts.
using TextRow = std::pair<std::string, std::string>;

bool HasTwoTexts(const TextSource& source) {
  return source.use == TextUse::kTranslations || source.use == TextUse::kPairs;
}

std::string Prepared(absl::string_view text) {
  return text::FoldHan(std::string(absl::StripAsciiWhitespace(text)));
}

// Rows that are no CSV are left out: what is published with tabs often has quotes of its own.
absl::StatusOr<std::vector<TextRow>> ReadColumns(const TextSource& source, const fs::path& path) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto reader,
                             csv::CsvReader::Open(path, {.names = source.columns}));
  CLIENTELE_RETURN_IF_ERROR(reader->RequireColumns(source.columns));
  std::vector<std::size_t> places;
  for (const std::string& name : source.columns) places.push_back(*reader->Column(name));
  std::vector<TextRow> rows;
  csv::CsvRow row;
  while (true) {
    CLIENTELE_ASSIGN_OR_RETURN(const bool more, reader->Next(&row));
    if (!more) break;
    if (!row.error().ok()) continue;
    if (HasTwoTexts(source)) {
      rows.emplace_back(row.fields()[places[0]], row.fields()[places[1]]);
      continue;
    }
    for (const std::size_t place : places) rows.emplace_back(row.fields()[place], "");
  }
  return rows;
}

absl::StatusOr<std::vector<TextRow>> ReadPlaces(const TextSource& source, const fs::path& path) {
  CLIENTELE_ASSIGN_OR_RETURN(const nlohmann::json json, modeling::ReadJsonFile(path));
  std::vector<TextRow> rows;
  if (!HasTwoTexts(source)) {
    for (const std::string& place : source.places) {
      CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> texts, TextsAt(json, place));
      for (const std::string& text : texts) rows.emplace_back(text, "");
    }
    return rows;
  }
  CLIENTELE_ASSIGN_OR_RETURN(const auto first, TextsAt(json, source.places[0]));
  CLIENTELE_ASSIGN_OR_RETURN(const auto second, TextsAt(json, source.places[1]));
  if (first.size() != second.size()) {
    return InvalidField("places", "lead to lists of different length");
  }
  for (std::size_t i = 0; i < first.size(); ++i) rows.emplace_back(first[i], second[i]);
  return rows;
}

absl::StatusOr<std::vector<TextRow>> ReadLines(const TextSource& source, const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return NotFound(path.filename().string());
  std::vector<std::string> texts;
  for (std::string line; std::getline(in, line);) {
    const std::vector<std::string> fields = absl::StrSplit(line, source.separator);
    texts.push_back(fields.size() > source.field ? fields[source.field] : "");
  }
  std::vector<TextRow> rows;
  if (HasTwoTexts(source)) {
    for (std::size_t i = 0; i + 1 < texts.size(); i += 2) rows.emplace_back(texts[i], texts[i + 1]);
  } else {
    for (std::string& text : texts) rows.emplace_back(std::move(text), "");
  }
  return rows;
}

absl::StatusOr<std::vector<TextRow>> ReadRows(const TextSource& source, const fs::path& data) {
  const fs::path path = data / source.file;
  if (!source.columns.empty()) return ReadColumns(source, path);
  if (!source.places.empty()) return ReadPlaces(source, path);
  return ReadLines(source, path);
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
    absl::StatusOr<std::vector<TextRow>> rows = ReadRows(source, data);
    if (!rows.ok()) {
      return absl::Status(rows.status().code(),
                          absl::StrCat(source.file, ": ", rows.status().message()));
    }
    const std::vector<TextRow> cut = Cut(source, *std::move(rows), training::DeriveSeed(seed, s));
    if (cut.empty()) return InvalidField(source.file, "has no text that can be learned from");
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
    texts.report.push_back(absl::StrCat(source.file, ": ", cut.size(), " texts or pairs"));
  }
  return texts;
}

}  // namespace clientele::qa
