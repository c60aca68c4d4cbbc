#ifndef CLIENTELE_COMMON_FRAME_ROW_MATRIX_H_
#define CLIENTELE_COMMON_FRAME_ROW_MATRIX_H_

// A table as numbers alone, which models of tables learn from and are served with: a number is
// itself, a category its index in a vocabulary, what is missing NaN.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const RowEncoder encoder, RowEncoder::Learn(training, {"age",
//   "plan"}, {})); CLIENTELE_ASSIGN_OR_RETURN(const RowMatrix rows, encoder.Encode(training));
//   bundle_files.push_back({"categories.json", encoder.CategoriesToJson().dump()});
//
// Values; thread-safe.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/frame/frame.h"
#include "common/frame/vocabulary.h"

namespace clientele::frame {

// A column of a matrix.
struct MatrixField {
  std::string name;
  // Of a category's indices, Vocabulary::kMissing and kUnknown included; 0: a number.
  std::int32_t categories = 0;

  bool categorical() const { return categories > 0; }
  friend bool operator==(const MatrixField&, const MatrixField&) = default;
};

struct RowMatrix {
  std::vector<MatrixField> fields;
  std::size_t rows = 0;
  std::vector<double> values = {};  // row-major [rows, fields.size()]

  const double* Row(std::size_t row) const { return values.data() + row * fields.size(); }
  // These rows, in this order; each index is below `rows`.
  RowMatrix Select(absl::Span<const std::size_t> chosen) const;
};

class RowEncoder {
 public:
  // Knows no field.
  RowEncoder() = default;

  // Of these columns, in this order; categories of fewer rows than options.min_count are unknown.
  // NOT_FOUND for a column that the frame lacks.
  static absl::StatusOr<RowEncoder> Learn(const Frame& training,
                                          const std::vector<std::string>& columns,
                                          const VocabularyOptions& options);

  // Of any frame that has the columns, in any order. NOT_FOUND for a column that it lacks,
  // INVALID_ARGUMENT for one of the other type.
  absl::StatusOr<RowMatrix> Encode(const Frame& frame) const;

  Schema schema() const;
  std::vector<MatrixField> fields() const;
  // Of field `at`, which is below fields().size(): empty for a number.
  const Vocabulary& vocabulary(std::size_t at) const { return fields_[at].vocabulary; }

  // Names in their order.
  nlohmann::json NamesToJson() const;
  // {"plan": {"categories": ["gold", ...]}}: of each categorical field.
  nlohmann::json CategoriesToJson() const;
  // INVALID_ARGUMENT for any other shape, and for categories of a field that is not named.
  static absl::StatusOr<RowEncoder> FromJson(const nlohmann::json& names,
                                             const nlohmann::json& categories);

 private:
  struct EncodedField {
    std::string name;
    bool categorical = false;
    Vocabulary vocabulary = {};
  };

  std::vector<EncodedField> fields_;
};

}  // namespace clientele::frame

#endif  // CLIENTELE_COMMON_FRAME_ROW_MATRIX_H_
