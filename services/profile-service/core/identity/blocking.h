#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_BLOCKING_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_BLOCKING_H_

// Finds the pairs of records that are worth comparing, so that the work grows with the records and
// not with their pairs.
//
//   const Blocking blocking(table, {});
//   blocking.ForEachPair([&](std::uint32_t a, std::uint32_t b) { ... });
//
// A rule is a feature of a field, or one of each of two fields (blocking_features.h); records that
// share it are a block. Rules are chosen from the records themselves: for each field and for each
// two fields the most lenient rule whose pairs stay below a bound. Blocks that are too large
// ("unknown", a shared e-mail address) are left out; other rules have their records, too.
//
// Immutable after construction; ForEachPair is thread-safe. The table is borrowed.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"

#include "services/profile-service/core/identity/person_table.h"

namespace clientele::profile {

struct BlockingOptions {
  // Pairs to compare at most, as far as can be told beforehand: the larger of both.
  double pairs_per_record = 50;
  double pairs = 4e6;
  // Share of these that one rule may make.
  double rule_share = 0.1;
  // Records of one block; larger ones are left out.
  std::size_t max_block = 400;
  // Rows from which a rule's pairs are estimated.
  std::size_t sampled_rows = 100'000;
};

class Blocking {
 public:
  Blocking(const PersonTable& table, const BlockingOptions& options);

  // Each pair once, in the order of the rules, a < b. Of more equal records than a block may have,
  // each comes with the next.
  void ForEachPair(absl::FunctionRef<void(std::uint32_t, std::uint32_t)> visit) const;

  // Pairs as estimated.
  double expected_pairs() const { return expected_pairs_; }
  // For people: the rules' fields.
  std::vector<std::string> Describe() const;

 private:
  struct Feature {
    std::size_t field = 0;
    std::vector<std::uint32_t> hashes;  // by code of the field
  };
  struct Rule {
    std::vector<std::size_t> features;
    std::uint64_t mask = 0;  // of the features
    double pairs = 0;
    bool swappable = false;  // two fields of one kind: swapped values have the same key
    absl::flat_hash_set<std::uint64_t> large_blocks = {};
  };
  struct KeyedRow {
    std::uint64_t key = 0;
    std::uint32_t row = 0;
  };

  // The neighbors among equal records that are too many for a block.
  void ForEachEqualPair(absl::FunctionRef<void(std::uint32_t, std::uint32_t)> visit) const;
  std::uint64_t KeyOf(const Rule& rule, std::size_t row) const;
  // Sorted by key; only rows that have one. Every `stride`th row is taken.
  std::vector<KeyedRow> KeyedRows(const Rule& rule, std::size_t stride) const;
  // Fields of one kind hash a value alike.
  FieldType KindOf(std::size_t feature) const;
  double EstimatePairs(const Rule& rule) const;
  std::vector<Rule> Candidates() const;
  void ChooseRules();
  void MarkLargeBlocks(Rule& rule) const;
  // Whether an earlier rule has given out the pair.
  bool SeenBefore(std::size_t rule, std::size_t a, std::size_t b) const;

  const PersonTable& table_;
  const BlockingOptions options_;
  std::vector<Feature> features_;
  std::vector<std::uint32_t> hashes_;  // row by row, of each feature
  std::vector<Rule> rules_;
  double expected_pairs_ = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_BLOCKING_H_
