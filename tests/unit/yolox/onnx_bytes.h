#ifndef CLIENTELE_TESTS_UNIT_YOLOX_ONNX_BYTES_H_
#define CLIENTELE_TESTS_UNIT_YOLOX_ONNX_BYTES_H_

#include <cstdint>
#include <string>
#include <vector>

namespace clientele::testing {

// A convolution with its weight [out, in / group, side, side] and bias [out].
struct MadeConvolution {
  std::vector<std::int64_t> shape;
  std::int64_t group = 1;
  std::vector<float> weight;
  std::vector<float> bias;
};

// The bytes of an ONNX model with these convolutions in this order, and an input
// [1, 3, side, side].
std::string OnnxBytes(const std::vector<MadeConvolution>& convolutions, std::int64_t side);

// Fields of protobuf's encoding.
std::string NumberField(int field, std::uint64_t value);
std::string BytesField(int field, const std::string& bytes);

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_UNIT_YOLOX_ONNX_BYTES_H_
