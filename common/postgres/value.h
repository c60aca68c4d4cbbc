#ifndef CLIENTELE_COMMON_POSTGRES_VALUE_H_
#define CLIENTELE_COMMON_POSTGRES_VALUE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace clientele::postgres {

// The content of a bytea column.
struct Bytes {
  std::string value;
};

namespace internal {
template <typename T>
inline constexpr bool kIsArrayElement =
    std::is_same_v<T, std::string> || std::is_same_v<T, int32_t> || std::is_same_v<T, int64_t> ||
    std::is_same_v<T, float> || std::is_same_v<T, double> || std::is_same_v<T, bool> ||
    std::is_same_v<T, absl::Time> || std::is_same_v<T, Bytes>;
}  // namespace internal

// One parameter of a statement.
//
//   transaction.Execute(kInsertCustomer, {customer_id, email, Bytes{cipher}, clock->Now(),
//   nullptr}); transaction.Execute(kInsertEvents, {event_ids, quantities, times});   //
//   unnest($1::text[], ...)
//
// Converts implicitly from nullptr and std::nullopt (NULL), bool, integers,
// float and double (NaN and infinities too), text, absl::Time (microseconds,
// rounded down; the infinities are PostgreSQL's), Bytes, std::optional of these,
// std::vector of these (an array), and std::vector<std::optional<T>> (an array
// with NULLs). Owns its content.
//
// Text must be UTF-8 without NUL: Execute answers INVALID_ARGUMENT otherwise.
// Cast arrays in the SQL: `unnest($1::text[], $2::timestamptz[], $3::bytea[])`.
class Value {
 public:
  Value(std::nullptr_t) {}  // NOLINT(google-explicit-constructor): all are implicit by design
  Value(std::nullopt_t) {}  // NOLINT
  Value(const char* text) : Value(absl::string_view(text)) {}                           // NOLINT
  Value(const std::string& text) : Value(absl::string_view(text)) {}                    // NOLINT
  Value(std::string&& text);                                                            // NOLINT
  Value(std::string_view text) : Value(absl::string_view(text.data(), text.size())) {}  // NOLINT
  Value(absl::string_view text);                                                        // NOLINT
  Value(absl::Time time);                                                               // NOLINT
  Value(const Bytes& bytes);                                                            // NOLINT

  template <typename T, std::enable_if_t<std::is_arithmetic_v<T>, int> = 0>
  Value(T number) {  // NOLINT
    if constexpr (std::is_same_v<T, bool>) {
      SetBool(number);
    } else if constexpr (std::is_floating_point_v<T>) {
      SetDouble(number, std::is_same_v<T, float>);
    } else if constexpr (std::is_unsigned_v<T>) {
      SetUint64(number);
    } else {
      SetInt64(number);
    }
  }

  template <typename T>
  Value(const std::optional<T>& value) {  // NOLINT
    if (value.has_value()) *this = Value(*value);
  }

  template <typename T, std::enable_if_t<internal::kIsArrayElement<T>, int> = 0>
  Value(const std::vector<T>& elements) {  // NOLINT
    SetArray(elements);
  }
  template <typename T, std::enable_if_t<internal::kIsArrayElement<T>, int> = 0>
  Value(const std::vector<std::optional<T>>& elements) {  // NOLINT
    SetArray(elements);
  }

  bool is_null() const { return null_; }
  // PostgreSQL's text form; meaningless when is_null() or has_nul().
  const std::string& text() const { return text_; }
  // Whether a text holds a NUL byte, which PostgreSQL cannot store.
  bool has_nul() const { return has_nul_; }

 private:
  void SetBool(bool value);
  void SetInt64(int64_t value);
  void SetUint64(uint64_t value);
  void SetDouble(double value, bool single_precision);
  // Defined in value.cc for every element type that the constructors admit.
  template <typename T>
  void SetArray(const std::vector<T>& elements);

  std::string text_;
  bool null_ = true;
  bool has_nul_ = false;
};

}  // namespace clientele::postgres

#endif  // CLIENTELE_COMMON_POSTGRES_VALUE_H_
