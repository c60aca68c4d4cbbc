#include "common/modeling/trees/ubjson.h"

#include <cstddef>
#include <string>

namespace clientele::modeling {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxUbjsonDepth = 32;

// Stops the parser where a document is too deep or has more values than bytes.
class Bounds final : public nlohmann::json_sax<Json> {
 public:
  explicit Bounds(std::size_t values) : values_(values) {}

  bool null() override { return Count(); }
  bool boolean(bool) override { return Count(); }
  bool number_integer(number_integer_t) override { return Count(); }
  bool number_unsigned(number_unsigned_t) override { return Count(); }
  bool number_float(number_float_t, const string_t&) override { return Count(); }
  bool string(string_t&) override { return Count(); }
  bool binary(binary_t&) override { return Count(); }
  bool key(string_t&) override { return true; }
  bool start_object(std::size_t) override { return Open(); }
  bool start_array(std::size_t) override { return Open(); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  bool Count() { return values_ > 0 && values_-- > 0; }
  bool Open() { return ++depth_ <= kMaxUbjsonDepth && Count(); }
  bool Close() {
    --depth_;
    return true;
  }

  std::size_t values_;
  std::size_t depth_ = 0;
};

}  // namespace

absl::StatusOr<Json> ParseUbjson(absl::string_view bytes) {
  Bounds bounds(bytes.size());
  const bool bounded =
      Json::sax_parse(bytes.begin(), bytes.end(), &bounds, Json::input_format_t::ubjson);
  if (!bounded) return absl::InvalidArgumentError("this is not UBJSON, or it is damaged");
  Json json = Json::from_ubjson(bytes.begin(), bytes.end(), /*strict=*/true,
                                /*allow_exceptions=*/false);
  if (json.is_discarded())
    return absl::InvalidArgumentError("this is not UBJSON, or it is damaged");
  return json;
}

}  // namespace clientele::modeling
