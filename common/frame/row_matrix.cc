#include "common/frame/row_matrix.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"

namespace clientele::frame {

RowMatrix RowMatrix::Select(absl::Span<const std::size_t> chosen) const {
  RowMatrix selected{.fields = fields, .rows = chosen.size()};
  selected.values.reserve(chosen.size() * fields.size());
  for (const std::size_t row : chosen) {
    selected.values.insert(selected.values.end(), Row(row), Row(row) + fields.size());
  }
  return selected;
}

absl::StatusOr<RowEncoder> RowEncoder::Learn(const Frame& training,
                                             const std::vector<std::string>& columns,
                                             const VocabularyOptions& options) {
  RowEncoder encoder;
  encoder.fields_.reserve(columns.size());
  for (const std::string& name : columns) {
    const auto field = std::find_if(training.schema().begin(), training.schema().end(),
                                    [&](const Field& candidate) { return candidate.name == name; });
    if (field == training.schema().end()) {
      return absl::NotFoundError(absl::StrCat("there is no column '", name, "'"));
    }
    EncodedField encoded{.name = name, .categorical = field->type == ColumnType::kCategorical};
    if (encoded.categorical) {
      CLIENTELE_ASSIGN_OR_RETURN(const CategoricalColumn* column, training.Categorical(name));
      encoded.vocabulary = Vocabulary::Learn(*column, options);
    }
    encoder.fields_.push_back(std::move(encoded));
  }
  return encoder;
}

absl::StatusOr<RowMatrix> RowEncoder::Encode(const Frame& frame) const {
  RowMatrix matrix{.fields = fields(), .rows = frame.rows()};
  const std::size_t width = fields_.size();
  matrix.values.resize(matrix.rows * width);
  for (std::size_t f = 0; f < width; ++f) {
    const EncodedField& field = fields_[f];
    if (!field.categorical) {
      CLIENTELE_ASSIGN_OR_RETURN(const NumericColumn* column, frame.Numeric(field.name));
      for (std::size_t row = 0; row < matrix.rows; ++row) {
        matrix.values[row * width + f] = column->values[row];
      }
      continue;
    }
    CLIENTELE_ASSIGN_OR_RETURN(const CategoricalColumn* column, frame.Categorical(field.name));
    const std::vector<std::int32_t> indices = field.vocabulary.Encode(*column);
    for (std::size_t row = 0; row < matrix.rows; ++row) {
      matrix.values[row * width + f] =
          indices[row] == Vocabulary::kMissing ? kMissingNumber : indices[row];
    }
  }
  return matrix;
}

Schema RowEncoder::schema() const {
  Schema schema;
  schema.reserve(fields_.size());
  for (const EncodedField& field : fields_) {
    schema.push_back(
        {field.name, field.categorical ? ColumnType::kCategorical : ColumnType::kNumeric});
  }
  return schema;
}

std::vector<MatrixField> RowEncoder::fields() const {
  std::vector<MatrixField> fields;
  fields.reserve(fields_.size());
  for (const EncodedField& field : fields_) {
    fields.push_back({field.name, field.categorical ? field.vocabulary.size() : 0});
  }
  return fields;
}

nlohmann::json RowEncoder::NamesToJson() const {
  nlohmann::json names = nlohmann::json::array();
  for (const EncodedField& field : fields_) names.push_back(field.name);
  return names;
}

nlohmann::json RowEncoder::CategoriesToJson() const {
  nlohmann::json categories = nlohmann::json::object();
  for (const EncodedField& field : fields_) {
    if (field.categorical) categories[field.name] = field.vocabulary.ToJson();
  }
  return categories;
}

absl::StatusOr<RowEncoder> RowEncoder::FromJson(const nlohmann::json& names,
                                                const nlohmann::json& categories) {
  if (!names.is_array()) return absl::InvalidArgumentError("the fields must be a list of names");
  if (!categories.is_object()) {
    return absl::InvalidArgumentError("the categories must be an object by field");
  }
  RowEncoder encoder;
  std::size_t known = 0;
  for (const nlohmann::json& name : names) {
    if (!name.is_string()) {
      return absl::InvalidArgumentError("the fields must be a list of names");
    }
    EncodedField field{.name = name.get<std::string>()};
    if (const auto found = categories.find(field.name); found != categories.end()) {
      field.categorical = true;
      absl::StatusOr<Vocabulary> vocabulary = Vocabulary::FromJson(*found);
      if (!vocabulary.ok()) {
        return absl::InvalidArgumentError(
            absl::StrCat("categories of '", field.name, "': ", vocabulary.status().message()));
      }
      field.vocabulary = *std::move(vocabulary);
      ++known;
    }
    encoder.fields_.push_back(std::move(field));
  }
  if (known != categories.size()) {
    return absl::InvalidArgumentError("there are categories of a field that is not listed");
  }
  return encoder;
}

}  // namespace clientele::frame
