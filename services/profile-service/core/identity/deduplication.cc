#include "services/profile-service/core/identity/deduplication.h"

#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <utility>

#include "absl/container/flat_hash_map.h"

#include "services/profile-service/core/identity/pair_comparer.h"
#include "services/profile-service/core/identity/pair_scorer.h"

namespace clientele::profile {
namespace {

// Links below are no links; kept above it, they speak for or against larger clusters and may rise
// once the frequencies of values are those of persons.
constexpr double kLeastKept = -4;
constexpr int kFrequencyRounds = 2;

class PatternCounter {
 public:
  explicit PatternCounter(const PersonTable& table) : table_(table), comparer_(table) {}

  void Candidate(std::size_t a, std::size_t b, double stands_for) {
    At(a, b).candidates += stands_for;
  }
  void Random(std::size_t a, std::size_t b) { At(a, b).random += 1; }

  std::vector<PatternCount> Counts() const {
    std::vector<PatternCount> counts;
    counts.reserve(counts_.size());
    for (const auto& [key, count] : counts_) counts.push_back(count);
    // The order decides how sums round.
    std::sort(counts.begin(), counts.end(), [](const PatternCount& x, const PatternCount& y) {
      return std::pair(x.pattern, x.across) < std::pair(y.pattern, y.across);
    });
    return counts;
  }

 private:
  PatternCount& At(std::size_t a, std::size_t b) {
    const AgreementPattern pattern = comparer_.Compare(a, b);
    const bool across = table_.source(a) != table_.source(b);
    PatternCount& count = counts_[pattern << 1 | (across ? 1 : 0)];
    count.pattern = pattern;
    count.across = across;
    return count;
  }

  const PersonTable& table_;
  PairComparer comparer_;
  absl::flat_hash_map<std::uint64_t, PatternCount> counts_;
};

// Pairs of records of one source, and of different sources.
std::array<double, 2> AllPairs(const PersonTable& table) {
  std::array<double, 256> rows = {};
  for (std::size_t row = 0; row < table.rows(); ++row) rows[table.source(row)] += 1;
  std::array<double, 2> pairs = {0, 0};
  for (const double count : rows) pairs[0] += count * (count - 1) / 2;
  const auto all = static_cast<double>(table.rows());
  pairs[1] = all * (all - 1) / 2 - pairs[0];
  return pairs;
}

MatchModel LearnModel(const PersonTable& table, const Blocking& blocking,
                      const DeduplicationOptions& options) {
  std::mt19937_64 random(options.seed);
  PatternCounter counter(table);
  const double share =
      std::min(1.0, options.learned_pairs / std::max(1.0, blocking.expected_pairs()));
  const auto bound = static_cast<std::uint64_t>(share * 0x1p32);
  blocking.ForEachPair([&](std::uint32_t a, std::uint32_t b) {
    if (share < 1 && (random() & 0xFFFFFFFF) >= bound) return;
    counter.Candidate(a, b, 1 / share);
  });
  const std::array<double, 2> pairs = AllPairs(table);
  const auto drawn = static_cast<std::size_t>(options.learned_pairs / 2);
  for (std::size_t i = 0; i < drawn; ++i) {
    const std::size_t a = random() % table.rows();
    const std::size_t b = random() % table.rows();
    if (a != b) counter.Random(a, b);
  }
  const std::vector<PatternCount> counts = counter.Counts();
  std::vector<FieldType> types;
  types.reserve(table.fields().size());
  for (const PersonField& field : table.fields()) types.push_back(field.type);
  return MatchModel::Learn(counts, {.fields = table.fields().size(),
                                    .pairs = pairs,
                                    .records = static_cast<double>(table.rows()),
                                    .types = std::move(types)});
}

}  // namespace

Deduplication Deduplicate(const PersonTable& table, const DeduplicationOptions& options) {
  Deduplication found;
  for (std::uint32_t row = 0; row < table.rows(); ++row) found.persons.push_back(row);
  if (table.rows() < 2) return found;
  const Blocking blocking(table, options.blocking);
  found.model = LearnModel(table, blocking, options);
  std::optional<PairScorer> scorer;
  scorer.emplace(table, found.model, ValueFrequencies::OfRecords(table));
  blocking.ForEachPair([&](std::uint32_t a, std::uint32_t b) {
    ++found.compared_pairs;
    const auto log_odds = scorer->ScoreAbove(a, b, kLeastKept);
    if (log_odds) found.links.push_back({a, b, *log_odds});
  });
  const auto score = [&](std::uint32_t a, std::uint32_t b) { return scorer->Score(a, b); };
  found.persons = ClusterRecords(table.rows(), found.links, score);
  for (int round = 0; round < kFrequencyRounds; ++round) {
    scorer.emplace(table, found.model, ValueFrequencies::OfClusters(table, found.persons));
    for (RecordLink& link : found.links) link.log_odds = scorer->Score(link.a, link.b);
    found.persons = ClusterRecords(table.rows(), found.links, score);
  }
  return found;
}

}  // namespace clientele::profile
