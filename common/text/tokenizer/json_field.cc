#include "common/text/tokenizer/json_field.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/tokenizer/code_points.h"

namespace clientele::text::tokenization {
namespace {

const nlohmann::json& Null() {
  static const nlohmann::json null;
  return null;
}

// Deeper documents are refused before anything walks them.
constexpr std::size_t kMaxDepth = 64;

bool TooDeep(absl::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxDepth) return true;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return false;
}

}  // namespace

JsonField JsonField::Member(absl::string_view name) const {
  std::string path = path_.empty() ? std::string(name) : absl::StrCat(path_, ".", name);
  const nlohmann::json* member = &Null();
  if (value_->is_object()) {
    const auto found = value_->find(std::string(name));
    if (found != value_->end()) member = &*found;
  }
  return {file_, std::move(path), member};
}

JsonField JsonField::Element(std::size_t index) const {
  const bool there = value_->is_array() && index < value_->size();
  return {file_, absl::StrCat(path_, "[", index, "]"), there ? &(*value_)[index] : &Null()};
}

absl::StatusOr<std::string> JsonField::String() const {
  if (!value_->is_string()) return Error("must be a string");
  return value_->get_ref<const std::string&>();
}

absl::StatusOr<std::string> JsonField::StringOr(absl::string_view otherwise) const {
  if (is_null()) return std::string(otherwise);
  return String();
}

absl::StatusOr<bool> JsonField::BoolOr(bool otherwise) const {
  if (is_null()) return otherwise;
  if (!value_->is_boolean()) return Error("must be true or false");
  return value_->get<bool>();
}

absl::StatusOr<std::int64_t> JsonField::Count(std::int64_t max) const {
  const auto refuse = [&] {
    return Error(absl::StrCat("must be a whole number in [0, ", max, "]"));
  };
  if (!value_->is_number_integer()) return refuse();
  if (value_->is_number_unsigned()) {
    const auto value = value_->get<std::uint64_t>();
    if (value > static_cast<std::uint64_t>(max)) return refuse();
    return static_cast<std::int64_t>(value);
  }
  const auto value = value_->get<std::int64_t>();
  if (value < 0 || value > max) return refuse();
  return value;
}

absl::StatusOr<std::int64_t> JsonField::CountOr(std::int64_t otherwise, std::int64_t max) const {
  if (is_null()) return otherwise;
  return Count(max);
}

absl::StatusOr<char32_t> JsonField::Character() const {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string text, String());
  if (CountCharacters(text) != 1) return Error("must be one character");
  std::size_t at = 0;
  return NextCodePoint(text, at);
}

absl::Status JsonField::IsObject() const {
  return value_->is_object() ? absl::OkStatus() : Error("must be an object");
}

absl::Status JsonField::IsArray() const {
  return value_->is_array() ? absl::OkStatus() : Error("must be an array");
}

absl::Status JsonField::Error(absl::string_view description) const {
  return InvalidField(path_.empty() ? file_ : absl::StrCat(file_, ": ", path_), description);
}

absl::Status JsonField::About(const absl::Status& status) const {
  return status.ok() ? status : Error(status.message());
}

absl::StatusOr<nlohmann::json> ParseJson(absl::string_view file, absl::string_view text) {
  if (TooDeep(text)) {
    return InvalidField(file, absl::StrCat("is nested deeper than ", kMaxDepth));
  }
  try {
    return nlohmann::json::parse(text.begin(), text.end());
  } catch (const nlohmann::json::parse_error& error) {
    return InvalidField(file, absl::StrCat("is not JSON: wrong or cut off at byte ", error.byte,
                                           " of ", text.size()));
  } catch (const nlohmann::json::exception&) {
    return InvalidField(file, "is not JSON: a number is out of range");
  }
}

}  // namespace clientele::text::tokenization
