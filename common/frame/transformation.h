#ifndef CLIENTELE_COMMON_FRAME_TRANSFORMATION_H_
#define CLIENTELE_COMMON_FRAME_TRANSFORMATION_H_

// From a frame to what a model is given: indices for embeddings and scaled numbers. Learned once
// from the training's rows, kept in the bundle, and the same function for training and serving.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       const Transformation transformation,
//       Transformation::Learn(training, {{.column = "plan", .encoding = Encoding::kVocabulary},
//                                        {.column = "age", .encoding = Encoding::kBins},
//                                        {.column = "age", .encoding = Encoding::kScaled}}));
//   bundle_files.push_back({"features.json", transformation.ToJson().dump()});
//   ...
//   CLIENTELE_ASSIGN_OR_RETURN(const Encoded rows, transformation.Apply(frame));
//
// Immutable, thread-safe.

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "absl/status/statusor.h"

#include "common/frame/binner.h"
#include "common/frame/frame.h"
#include "common/frame/scaler.h"
#include "common/frame/vocabulary.h"

namespace clientele::frame {

enum class Encoding {
  kVocabulary,  // a categorical column as indices
  kBins,        // a numeric column as indices
  kScaled,      // a numeric column as a number
};

// What becomes of a column; several plans may be of one.
struct FeaturePlan {
  std::string column = {};
  Encoding encoding = Encoding::kScaled;
  // Those of the encoding count.
  VocabularyOptions vocabulary = {};
  BinnerOptions bins = {};
  ScalerOptions scaler = {};
};

// Rows as a model takes them; both row-major, in the order of the plans.
struct Encoded {
  std::size_t rows = 0;
  std::vector<std::int32_t> indices;  // [rows, index_sizes().size()]
  std::vector<float> numbers;         // [rows, number_count()]
};

class Transformation {
 public:
  // NOT_FOUND for a column that the frame lacks, INVALID_ARGUMENT for one of the wrong type.
  static absl::StatusOr<Transformation> Learn(const Frame& training,
                                              const std::vector<FeaturePlan>& plans);

  // The same errors.
  absl::StatusOr<Encoded> Apply(const Frame& frame) const;

  // For each column of indices, how many there are: an index is below that, whatever the frame.
  std::vector<std::int32_t> index_sizes() const;
  std::size_t number_count() const;

  // The columns that a frame must have, each once.
  Schema schema() const;

  // {"version": 1, "features": [{"column": "age", "encoding": "bins", "state": {...}}, ...]}
  nlohmann::json ToJson() const;
  // INVALID_ARGUMENT that names the first wrong feature.
  static absl::StatusOr<Transformation> FromJson(const nlohmann::json& json);

 private:
  struct Feature {
    std::string column;
    std::variant<Vocabulary, Binner, Scaler> encoder;
  };

  std::vector<Feature> features_;
};

}  // namespace clientele::frame

#endif  // CLIENTELE_COMMON_FRAME_TRANSFORMATION_H_
