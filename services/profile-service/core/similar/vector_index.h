#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SIMILAR_VECTOR_INDEX_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SIMILAR_VECTOR_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace clientele::profile {

// Reason of FAILED_PRECONDITION.
inline constexpr char kTooManyCustomers[] = "TOO_MANY_CUSTOMERS";

struct Neighbor {
  std::string customer_id = {};
  float similarity = 0;  // cosine
};

// Profile vectors in memory, and the nearest of them, exactly: ids and vectors of unit length,
// nothing else of a customer. What is taken out is overwritten.
//
//   VectorIndex index(std::int64_t{1} << 29);
//   index.Put("42", "fuser/7", vector);
//   index.Nearest("fuser/7", vector, 10, [](const std::string& id) { return id != "42"; });
//
// Vectors of different models are never compared. Thread-safe; a search holds up those who write.
class VectorIndex {
 public:
  // Of all vectors, ids and what is needed to find them, about.
  explicit VectorIndex(std::int64_t max_bytes) : max_bytes_(max_bytes) {}

  // In the place of the customer's vector. Where it finds no room it is left out, and the index is
  // full until it is cleared.
  void Put(const std::string& customer_id, const std::string& model_id,
           absl::Span<const float> vector);
  void Drop(const std::string& customer_id);
  void Clear();

  // The nearest `k` by the model for whom `keep` holds, best first, then by id; those beyond are
  // never asked about. FAILED_PRECONDITION (TOO_MANY_CUSTOMERS) when it is full: then it does not
  // know who is nearest.
  absl::StatusOr<std::vector<Neighbor>> Nearest(
      absl::string_view model_id, absl::Span<const float> vector, std::size_t k,
      absl::FunctionRef<bool(const std::string& customer_id)> keep) const;

  std::int64_t rows() const;
  // By this model.
  std::int64_t rows(absl::string_view model_id) const;
  std::int64_t bytes() const;
  bool full() const;

 private:
  struct Table {
    std::size_t width = 0;
    std::vector<std::vector<float>> blocks;  // of kBlockRows rows; the last may have fewer
    std::vector<std::string> ids;            // by row
  };
  struct Place {
    std::map<std::string, Table, std::less<>>::iterator table;
    std::size_t row = 0;
  };
  static constexpr std::size_t kBlockRows = 4096;

  static absl::Span<float> RowOf(Table& table, std::size_t row);
  static std::int64_t BytesOf(const std::string& customer_id, std::size_t width);
  void DropLocked(const std::string& customer_id);

  const std::int64_t max_bytes_;
  mutable std::shared_mutex mutex_;
  std::map<std::string, Table, std::less<>> tables_;  // by model
  std::unordered_map<std::string, Place> places_;
  std::int64_t bytes_ = 0;
  bool full_ = false;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SIMILAR_VECTOR_INDEX_H_
