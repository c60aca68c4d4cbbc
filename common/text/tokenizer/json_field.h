#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_JSON_FIELD_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_JSON_FIELD_H_

// JSON read field by field, where every error names the file and the path of the field:
// "tokenizer.json: model.vocab: must be an object". Borrowed from the document.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::text::tokenization {

class JsonField {
 public:
  // `file` is its name without folders.
  JsonField(absl::string_view file, const nlohmann::json& value) : file_(file), value_(&value) {}

  const nlohmann::json& value() const { return *value_; }
  // Missing fields read as null.
  bool is_null() const { return value_->is_null(); }
  JsonField Member(absl::string_view name) const;
  JsonField Element(std::size_t index) const;

  absl::StatusOr<std::string> String() const;
  absl::StatusOr<std::string> StringOr(absl::string_view otherwise) const;
  absl::StatusOr<bool> BoolOr(bool otherwise) const;
  // A whole number in [0, max].
  absl::StatusOr<std::int64_t> Count(std::int64_t max) const;
  absl::StatusOr<std::int64_t> CountOr(std::int64_t otherwise, std::int64_t max) const;
  // A string of one character.
  absl::StatusOr<char32_t> Character() const;
  // OK, or that it must be an object, an array.
  absl::Status IsObject() const;
  absl::Status IsArray() const;

  // INVALID_ARGUMENT about this field.
  absl::Status Error(absl::string_view description) const;
  // `status` as one about this field, when it is not OK.
  absl::Status About(const absl::Status& status) const;

 private:
  JsonField(std::string file, std::string path, const nlohmann::json* value)
      : file_(std::move(file)), path_(std::move(path)), value_(value) {}

  std::string file_;
  std::string path_;
  const nlohmann::json* value_;
};

// INVALID_ARGUMENT says where the text stops being JSON. Nesting is bounded.
absl::StatusOr<nlohmann::json> ParseJson(absl::string_view file, absl::string_view text);

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_JSON_FIELD_H_
