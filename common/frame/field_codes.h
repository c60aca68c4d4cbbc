#ifndef CLIENTELE_COMMON_FRAME_FIELD_CODES_H_
#define CLIENTELE_COMMON_FRAME_FIELD_CODES_H_

// Rows of numbers as what linear models and networks learn from: for each field the code of its bin
// or category, and the scaled number beside it.
//
//   const FieldCodes codes = FieldCodes::Learn(training, {.bins = 32});
//   const CodedRows rows = codes.Encode(training);
//   rows.codes[row * fields + f];      // an index of codes.total() weights
//
// Immutable, thread-safe.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/frame/binner.h"
#include "common/frame/row_matrix.h"
#include "common/frame/scaler.h"

namespace clientele::frame {

struct FieldCodesOptions {
  // Of a number; fewer where values repeat.
  int bins = 32;
  // Of a category's codes at most: beyond, categories share codes by their index (the hashing trick
  // of Weinberger et al., Feature hashing for large scale multitask learning, ICML 2009).
  std::int32_t max_codes = 10'000;
  // Numbers that are never negative and reach beyond this many times their mean are scaled as
  // logarithms.
  double log_beyond_mean = 8;
};

struct CodedRows {
  std::size_t rows = 0;
  std::vector<std::int32_t> codes = {};  // [rows, fields], the field's offset included
  std::vector<float> numbers = {};  // [rows, fields]: scaled, 0 for a category and what is missing
};

class FieldCodes {
 public:
  // Scaled numbers are cut at this many standard deviations.
  static constexpr double kMaxDeviations = 5;

  struct CodedField {
    bool categorical = false;
    bool log = false;
    std::int32_t offset = 0;
    std::int32_t codes = 0;       // of the field: 0 missing; of categories 1 unknown
    std::int32_t categories = 0;  // indices from here on are unknown
    Binner binner = {};           // of a number
    Scaler scaler = {};
  };

  static FieldCodes Learn(const RowMatrix& training, const FieldCodesOptions& options);

  const std::vector<CodedField>& fields() const { return fields_; }
  // Of all fields' codes.
  std::int32_t total() const { return total_; }

  // Of a matrix with the same fields.
  CodedRows Encode(const RowMatrix& rows) const;

 private:
  std::vector<CodedField> fields_;
  std::int32_t total_ = 0;
};

}  // namespace clientele::frame

#endif  // CLIENTELE_COMMON_FRAME_FIELD_CODES_H_
