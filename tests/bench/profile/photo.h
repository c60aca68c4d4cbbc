#ifndef CLIENTELE_TESTS_BENCH_PROFILE_PHOTO_H_
#define CLIENTELE_TESTS_BENCH_PROFILE_PHOTO_H_

#include <cstddef>
#include <string>

namespace clientele::profile {

// A JPEG of about so many bytes, and as many pixels as a camera gives it. Always the same.
std::string MakePhoto(std::size_t bytes);

}  // namespace clientele::profile

#endif  // CLIENTELE_TESTS_BENCH_PROFILE_PHOTO_H_
