#include "services/profile-service/core/identity/blocking.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "services/profile-service/core/identity/blocking_features.h"

namespace clientele::profile {
namespace {

std::uint64_t Mixed(std::uint64_t value) {
  value ^= value >> 31;
  value *= 0x7fb5d329728ea185u;
  value ^= value >> 27;
  value *= 0x81dadef4bc2dd44du;
  return value ^ value >> 33;
}

double PairsOf(double records) { return records * (records - 1) / 2; }

// Calls `visit(first, last)` for each run of one key.
template <typename Rows, typename Visit>
void ForEachBlock(const Rows& rows, Visit visit) {
  for (std::size_t first = 0; first < rows.size();) {
    std::size_t last = first + 1;
    while (last < rows.size() && rows[last].key == rows[first].key) ++last;
    visit(first, last);
    first = last;
  }
}

}  // namespace

Blocking::Blocking(const PersonTable& table, const BlockingOptions& options)
    : table_(table), options_(options) {
  for (std::size_t field = 0; field < table.fields().size(); ++field) {
    const FieldType type = table.fields()[field].type;
    const std::size_t first = features_.size();
    const std::size_t count = BlockingFeatureCount(type);
    // A pattern of shared features has 64 bits.
    if (first + count > 64) break;
    for (std::size_t i = 0; i < count; ++i) features_.push_back({.field = field, .hashes = {}});
    for (const FieldValue& value : table.values(field)) {
      const std::vector<std::uint32_t> hashes = BlockingFeatures(type, value);
      for (std::size_t i = 0; i < count; ++i) features_[first + i].hashes.push_back(hashes[i]);
    }
  }
  hashes_.resize(table.rows() * features_.size());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (std::size_t i = 0; i < features_.size(); ++i) {
      const std::int32_t code = table.code(row, features_[i].field);
      if (code < 0) continue;
      hashes_[row * features_.size() + i] = features_[i].hashes[static_cast<std::size_t>(code)];
    }
  }
  ChooseRules();
}

std::uint64_t Blocking::KeyOf(const Rule& rule, std::size_t row) const {
  std::uint64_t key = 0;
  for (const std::size_t feature : rule.features) {
    const std::uint32_t hash = hashes_[row * features_.size() + feature];
    if (hash == 0) return 0;
    // A sum, so that swapped values have one key.
    key += Mixed(hash);
  }
  return key;
}

std::vector<Blocking::KeyedRow> Blocking::KeyedRows(const Rule& rule, std::size_t stride) const {
  std::vector<KeyedRow> rows;
  rows.reserve(table_.rows() / stride + 1);
  for (std::size_t row = 0; row < table_.rows(); row += stride) {
    const std::uint64_t key = KeyOf(rule, row);
    if (key != 0) rows.push_back({key, static_cast<std::uint32_t>(row)});
  }
  std::sort(rows.begin(), rows.end(), [](const KeyedRow& a, const KeyedRow& b) {
    return std::pair(a.key, a.row) < std::pair(b.key, b.row);
  });
  return rows;
}

double Blocking::EstimatePairs(const Rule& rule) const {
  const std::size_t stride = std::max<std::size_t>(1, table_.rows() / options_.sampled_rows);
  const auto scale = static_cast<double>(stride);
  const std::vector<KeyedRow> rows = KeyedRows(rule, stride);
  double pairs = 0;
  ForEachBlock(rows, [&](std::size_t first, std::size_t last) {
    const auto sampled = static_cast<double>(last - first);
    if (sampled * scale > static_cast<double>(options_.max_block)) return;
    pairs += PairsOf(sampled) * scale * scale;
  });
  return pairs;
}

FieldType Blocking::KindOf(std::size_t feature) const {
  const FieldType type = table_.fields()[features_[feature].field].type;
  return type == FieldType::kSurname ? FieldType::kGivenName : type;
}

std::vector<Blocking::Rule> Blocking::Candidates() const {
  const double all =
      std::max(options_.pairs, options_.pairs_per_record * static_cast<double>(table_.rows()));
  const double bound = all * options_.rule_share;
  std::vector<Rule> rules;
  // The most lenient rule over some fields that keeps the bound.
  const auto consider = [&](Rule rule, Rule& best) {
    for (const std::size_t feature : rule.features) rule.mask |= std::uint64_t{1} << feature;
    for (const Rule& single : rules) {
      if (single.features.size() == 1 && (rule.mask & single.mask) == single.mask) return;
    }
    rule.swappable =
        rule.features.size() == 2 && KindOf(rule.features[0]) == KindOf(rule.features[1]);
    rule.pairs = EstimatePairs(rule);
    if (rule.pairs > best.pairs && rule.pairs <= bound) best = std::move(rule);
  };
  const std::size_t fields = table_.fields().size();
  for (std::size_t field = 0; field < fields; ++field) {
    Rule best;
    for (std::size_t i = 0; i < features_.size(); ++i) {
      if (features_[i].field == field) consider({.features = {i}}, best);
    }
    if (!best.features.empty()) rules.push_back(std::move(best));
  }
  for (std::size_t one = 0; one < fields; ++one) {
    for (std::size_t other = one + 1; other < fields; ++other) {
      Rule best;
      for (std::size_t i = 0; i < features_.size(); ++i) {
        if (features_[i].field != one) continue;
        for (std::size_t j = i + 1; j < features_.size(); ++j) {
          if (features_[j].field == other) consider({.features = {i, j}}, best);
        }
      }
      if (!best.features.empty()) rules.push_back(std::move(best));
    }
  }
  return rules;
}

void Blocking::ChooseRules() {
  const double all =
      std::max(options_.pairs, options_.pairs_per_record * static_cast<double>(table_.rows()));
  std::vector<Rule> rules = Candidates();
  std::sort(rules.begin(), rules.end(),
            [](const Rule& a, const Rule& b) { return a.pairs < b.pairs; });
  for (Rule& rule : rules) {
    if (expected_pairs_ + rule.pairs > all) break;
    expected_pairs_ += rule.pairs;
    MarkLargeBlocks(rule);
    rules_.push_back(std::move(rule));
  }
}

void Blocking::MarkLargeBlocks(Rule& rule) const {
  const std::vector<KeyedRow> rows = KeyedRows(rule, 1);
  ForEachBlock(rows, [&](std::size_t first, std::size_t last) {
    if (last - first > options_.max_block) rule.large_blocks.insert(rows[first].key);
  });
}

bool Blocking::SeenBefore(std::size_t rule, std::size_t a, std::size_t b) const {
  std::uint64_t shared = 0;
  const std::uint32_t* of_a = &hashes_[a * features_.size()];
  const std::uint32_t* of_b = &hashes_[b * features_.size()];
  for (std::size_t i = 0; i < features_.size(); ++i) {
    shared |= static_cast<std::uint64_t>(of_a[i] == of_b[i] && of_a[i] != 0) << i;
  }
  for (std::size_t i = 0; i < rule; ++i) {
    const Rule& earlier = rules_[i];
    const bool same = (shared & earlier.mask) == earlier.mask;
    // Swapped values have one key and share no feature.
    if (!same &&
        !(earlier.swappable && KeyOf(earlier, a) == KeyOf(earlier, b) && KeyOf(earlier, a) != 0)) {
      continue;
    }
    if (earlier.large_blocks.empty() || !earlier.large_blocks.contains(KeyOf(earlier, a))) {
      return true;
    }
  }
  return false;
}

void Blocking::ForEachEqualPair(absl::FunctionRef<void(std::uint32_t, std::uint32_t)> visit) const {
  std::vector<KeyedRow> rows;
  rows.reserve(table_.rows());
  for (std::size_t row = 0; row < table_.rows(); ++row) {
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < features_.size(); ++i) {
      key = Mixed(key + hashes_[row * features_.size() + i] + i);
    }
    rows.push_back({key, static_cast<std::uint32_t>(row)});
  }
  std::sort(rows.begin(), rows.end(), [](const KeyedRow& a, const KeyedRow& b) {
    return std::pair(a.key, a.row) < std::pair(b.key, b.row);
  });
  ForEachBlock(rows, [&](std::size_t first, std::size_t last) {
    if (last - first <= options_.max_block) return;
    for (std::size_t i = first + 1; i < last; ++i) visit(rows[i - 1].row, rows[i].row);
  });
}

void Blocking::ForEachPair(absl::FunctionRef<void(std::uint32_t, std::uint32_t)> visit) const {
  ForEachEqualPair(visit);
  for (std::size_t rule = 0; rule < rules_.size(); ++rule) {
    const std::vector<KeyedRow> rows = KeyedRows(rules_[rule], 1);
    ForEachBlock(rows, [&](std::size_t first, std::size_t last) {
      if (last - first > options_.max_block) return;
      for (std::size_t i = first; i < last; ++i) {
        for (std::size_t j = i + 1; j < last; ++j) {
          if (!SeenBefore(rule, rows[i].row, rows[j].row)) visit(rows[i].row, rows[j].row);
        }
      }
    });
  }
}

std::vector<std::string> Blocking::Describe() const {
  std::vector<std::string> lines;
  lines.reserve(rules_.size());
  for (const Rule& rule : rules_) {
    std::string line;
    for (const std::size_t feature : rule.features) {
      absl::StrAppend(&line, line.empty() ? "" : " and ",
                      table_.fields()[features_[feature].field].name);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace clientele::profile
